export default {
  push: {
    ready: "Tell this browser when an answer is ready", readyHint: "Only when you are not looking at the chat.", title: "Show the chat's title in the notice", titleHint: "Off: only that an answer is ready.",
    unsupported: "This browser cannot show notices here. They need HTTPS.", denied: "Notices from this site are blocked in the browser. Allow them in the site's settings, next to the address.",
  },
};
