export default { offline: { newVersion: "新版本已就绪。", reload: "重新加载" } };
