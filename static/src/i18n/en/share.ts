export default {
  share: {
    title: "Share this chat", intro: "A link shows this chat as it is now. What you write later stays with you until you update the link.",
    off: "Sharing is switched off on this server.", offLink: "The link to this chat works for nobody but you. You can still revoke it.", audience: "Who may open the link",
    private: "Only me", privateHint: "For your own devices, after signing in.", members: "People with an account here", membersHint: "They sign in, then they can read it.",
    public: "Everybody with the link", publicHint: "Without an account. Search engines are asked to stay away.",
    showName: "Show my name", showReasoning: "Show what the model thought", create: "Create link", link: "Link", copy: "Copy link", open: "Open",
    taken: "As of {time}", views: "Not opened yet | Opened once | Opened {n} times", grown: "The chat has grown since. The link does not show the new messages.", refresh: "Update link",
    revoke: "Revoke", revokeAsk: "The link will stop working.", revokeSure: "Revoke link", edit: "Change",
    preview: "What is shared", what: "Questions, answers, times, and the names of models and attachments. No files, no role instructions, no other versions.",
    messages: "nothing | one message | {n} messages", question: "Question", answer: "Answer", mine: "My shared links", none: "You have not shared a chat yet. “Share” in a chat's menu makes a link.", more: "Show more", untitled: "Untitled chat",
  },
};
