export default {
  roles: {
    title: "Roles", search: "Search roles", new: "New role", edit: "Edit role", mine: "Your own", shared: "For everybody", nothing: "No role matches.",
    editOne: "Edit “{name}”", copyOne: "Make a copy of “{name}”", deleteOne: "Delete “{name}”", deleted: "The role “{name}” was deleted.", noPrompt: "Has no instructions yet.",
    emoji: "Emoji", name: "Name", description: "What it is good for", prompt: "Instructions", promptHint: "Who the model is to be and how it answers. Only you can read them.",
    promptOfShared: "The instructions of roles for everybody are not shown. Write your own here.",
    welcome: "Greeting in a new chat", suggestions: "Suggestions", suggestionsHint: "One a line, at most six. They stand in a new chat, to begin with.",
    model: "Model", anyModel: "Whichever is chosen", temperature: "Temperature", ofTheModel: "The model's own", temperatureHint: "0 keeps to the likely, 2 is adventurous.",
  },
};
