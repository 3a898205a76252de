export default {
  shared: {
    by: "由 {name} 分享", taken: "内容截至 {time}", attachments: "附件", note: "这是一份快照。AI 可能出错，重要内容请核实。", continue: "在我的账号中继续", signIn: "登录后继续", mine: "这是你自己的链接。",
    untitled: "分享的对话", home: "AI Helper",
  },
};
