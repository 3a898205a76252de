export default {
  models: {
    search: "Search models", noMatch: "No model matches.", none: "No model is set up yet. An administrator can add one.", setUp: "Set up a model in the administration",
    favourites: "Favourites", favourite: "Favourite: {name}", context: "{size} tokens", standard: "New chats begin with {name}, the model you chose last.",
  },
};
