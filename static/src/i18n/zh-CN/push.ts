export default {
  push: {
    ready: "回答完成后通知此浏览器", readyHint: "仅在你没有查看该对话时通知。", title: "在通知中显示对话标题", titleHint: "关闭后，通知只说明回答已完成。",
    unsupported: "此浏览器无法在这里显示通知，通知需要通过 HTTPS 访问。", denied: "浏览器已禁止本站通知。请在地址栏旁的网站设置中允许通知。",
  },
};
