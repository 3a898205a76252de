export default {
  hints: {
    dismiss: "Do not show this hint again", prompts: "Tip: type / for saved prompts and for other roles.",
    shortcuts: "Tip: {keys} shows what the keyboard can do.", roles: "Tip: make a role of your own from the role at the top.",
  },
};
