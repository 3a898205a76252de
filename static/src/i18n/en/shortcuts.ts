export default {
  shortcuts: {
    title: "Keyboard shortcuts",
    commands: {
      chat_new: "New chat", search_open: "Search chats", composer_focus: "Go to the message field", chat_stop: "Stop the answer",
      copy_answer: "Copy the last answer", copy_code: "Copy the last code block", models_open: "Choose a model", roles_open: "Roles", sidebar_toggle: "Show or hide the sidebar",
      chat_delete: "Delete this chat", settings_open: "Settings", help_open: "Keyboard shortcuts",
    },
    none: "None", press: "Press the keys…", change: "Change the keys", hint: "Choose a line and press its new keys. Backspace switches it off, Esc leaves it as it is.",
    resetOne: "Default keys for “{command}”", resetAll: "Reset all",
    clash: "{keys} already belongs to “{command}”.", take: "Use it here instead", taken: "The browser or the text field needs {keys}. Try others, with Ctrl or Alt.",
    answerCopied: "The last answer was copied.", codeCopied: "The last code block was copied.", noAnswer: "There is no answer to copy yet.", noCode: "There is no code to copy in this chat.",
  },
};
