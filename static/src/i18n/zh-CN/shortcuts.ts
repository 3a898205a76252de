export default {
  shortcuts: {
    title: "键盘快捷键",
    commands: {
      chat_new: "新建对话", search_open: "搜索对话", composer_focus: "定位到输入框", chat_stop: "停止生成",
      copy_answer: "复制最后一条回答", copy_code: "复制最后一段代码", models_open: "选择模型", roles_open: "打开角色", sidebar_toggle: "显示或隐藏侧边栏",
      chat_delete: "删除当前对话", settings_open: "打开设置", help_open: "查看快捷键",
    },
    none: "未设置", press: "请按下按键……", change: "更换按键", hint: "点击一项后按下新的按键。退格键停用该项，Esc 保持不变。",
    resetOne: "恢复“{command}”的默认按键", resetAll: "全部恢复默认",
    clash: "{keys} 已用于“{command}”。", take: "改用于此项", taken: "{keys} 由浏览器或输入框占用，请换用包含 Ctrl 或 Alt 的组合。",
    answerCopied: "已复制最后一条回答。", codeCopied: "已复制最后一段代码。", noAnswer: "还没有可复制的回答。", noCode: "本对话中没有可复制的代码。",
  },
};
