export default {
  hints: {
    dismiss: "不再显示此提示", prompts: "小提示：输入 / 可调用提示词或切换角色。",
    shortcuts: "小提示：按 {keys} 查看全部快捷键。", roles: "小提示：点击顶部的角色，可以创建你自己的角色。",
  },
};
