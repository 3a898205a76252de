export default {
  share: {
    title: "分享对话", intro: "链接展示对话此刻的内容。之后的新消息不会出现在链接里，除非你更新链接。",
    off: "本服务器已关闭分享功能。", offLink: "这个对话的链接现在只有你自己能打开，你仍可以收回它。", audience: "谁可以打开链接",
    private: "仅自己", privateHint: "登录后在自己的其他设备上查看。", members: "本站用户", membersHint: "登录后即可阅读。",
    public: "任何拿到链接的人", publicHint: "无需账号。会请搜索引擎不要收录。",
    showName: "显示我的用户名", showReasoning: "显示模型的思考过程", create: "创建链接", link: "链接", copy: "复制链接", open: "打开",
    taken: "内容截至 {time}", views: "尚未被打开 | 被打开 1 次 | 被打开 {n} 次", grown: "此后对话又有了新内容，链接里还看不到。", refresh: "更新链接",
    revoke: "收回", revokeAsk: "链接将不再有效。", revokeSure: "收回链接", edit: "修改",
    preview: "分享的内容", what: "包括问题、回答、时间，以及模型和附件的名称；不包括附件文件、角色设定和其他版本的回答。",
    messages: "没有消息 | 1 条消息 | {n} 条消息", question: "问题", answer: "回答", mine: "我分享的链接", none: "你还没有分享过对话。在对话菜单里选择“分享”即可创建链接。", more: "显示更多", untitled: "未命名对话",
  },
};
