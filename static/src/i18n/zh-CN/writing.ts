export default {
  writing: {
    add: "添加", addFile: "添加文本文件", addPrompt: "提示词库", addRole: "选择角色", compare: "与其他模型对比……", slash: "提示词与角色", prompts: "提示词", roles: "角色", none: "没有匹配项，按 Enter 会直接发送。",
    pasted: "粘贴的文本", attachments: "附件", chars: "{n} 个字符", storing: "正在上传", remove: "移除 {name}", preview: "查看 {name}", toText: "转为正文", again: "重试",
    tooMany: "每条消息最多添加 {n} 个附件。", tooLarge: "文件超过 1 MB，请拆分或只取一部分。", drop: "把文本文件拖到这里", dropHint: "支持文本、Markdown、CSV、JSON 和源代码，每个不超过 1 MB。", download: "下载",
    queue: "等待当前回答结束", held: "上一个回答失败了，仍要发送吗？", sendNow: "立即发送", editQueued: "放回输入框", removeQueued: "不发送",
    other: "另一台设备上写的是：", useOther: "改用这份", dismiss: "忽略",
    signOutTitle: "退出登录？", unsent: "还有 {n} 条消息没有发送，退出后会被删除。", unstored: "正在写的内容没能保存到服务器，退出后会从这里删除。", signOutAnyway: "仍要退出", stay: "暂不退出",
    offline: "等待网络恢复", cancelSend: "取消发送",
    left: "还可发送 {n} 条（共 {max} 条）", leftTokens: "剩余 {n} 个词元（共 {max} 个）", leftMoney: "剩余额度 {n}（共 {max}）", until: "{time} 重置",
    promptsTitle: "提示词", promptsHint: "保存常用的文字，在消息开头输入 / 即可调用。", search: "搜索提示词", newPrompt: "新建提示词", noPrompts: "还没有提示词。把反复要写的话存成一条吧。", noMatch: "没有匹配的提示词。",
    shared: "所有人可用", use: "使用", edit: "编辑 {name}", delete: "删除 {name}", deleted: "已删除“{name}”。",
    command: "命令", commandHint: "斜杠后输入的内容，可用文字、数字、- 和 _。", title: "标题", text: "内容", textHint: "{blank} 会在使用时询问，{proposal} 会预先填好。",
    fillTitle: "填写内容", fillHint: "留空的部分会被省略。", insert: "插入",
  },
};
