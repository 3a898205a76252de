export default {
  shared: {
    by: "Shared by {name}", taken: "As of {time}", attachments: "Attachments", note: "This is a snapshot. AI can be wrong. Check what matters.", continue: "Continue in my account", signIn: "Sign in to continue", mine: "This is your own link.",
    untitled: "A shared chat", home: "AI Helper",
  },
};
