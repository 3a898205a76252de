export default { offline: { newVersion: "A new version is ready.", reload: "Reload" } };
