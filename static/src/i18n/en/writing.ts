export default {
  writing: {
    add: "Add", addFile: "Add text files", addPrompt: "Prompt library", addRole: "Choose a role", compare: "Compare with…", slash: "Prompts and roles", prompts: "Prompts", roles: "Roles", none: "Nothing fits. Enter sends it as it is.",
    pasted: "Pasted text", attachments: "Attachments", chars: "{n} characters", storing: "Being stored", remove: "Remove {name}", preview: "Look at {name}", toText: "Turn into text", again: "Try again",
    tooMany: "At most {n} attachments go with one message.", tooLarge: "Larger than 1 MB. Divide it, or take a part.", drop: "Drop text files here", dropHint: "Text, Markdown, CSV, JSON, source code; up to 1 MB each.", download: "Download",
    queue: "Waiting for the answer to end", held: "The last answer failed. Shall this be sent all the same?", sendNow: "Send now", editQueued: "Back into the field", removeQueued: "Do not send",
    other: "Another device wrote something else:", useOther: "Use it", dismiss: "Dismiss",
    signOutTitle: "Sign out?", unsent: "One message has not been sent yet; it will be deleted. | {n} messages have not been sent yet; they will be deleted.", unstored: "What you are writing could not be stored on the server; it will be deleted here.", signOutAnyway: "Sign out anyway", stay: "Stay",
    offline: "Waits for the connection", cancelSend: "Do not send",
    left: "{n} of {max} messages left", leftTokens: "{n} of {max} tokens left", leftMoney: "{n} of {max} left", until: "more from {time}",
    promptsTitle: "Prompts", promptsHint: "Texts that you use again. Type / at the beginning of a message.", search: "Search prompts", newPrompt: "New prompt", noPrompts: "No prompt yet. Save one that you write again and again.", noMatch: "No prompt fits.",
    shared: "For everybody", use: "Use", edit: "Edit {name}", delete: "Delete {name}", deleted: "“{name}” was deleted.",
    command: "Command", commandHint: "What you type after the slash: letters, digits, - and _.", title: "Title", text: "Text", textHint: "{blank} is asked for when you use it, {proposal} with a proposal.",
    fillTitle: "Fill in", fillHint: "What is left empty is left out.", insert: "Insert",
  },
};
