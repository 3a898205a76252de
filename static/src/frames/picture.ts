/** Shows one picture from elsewhere, in a sandboxed frame: the only place that may load one, and only this one. */
import { listen, tell, tellSize } from "@/frames/parent";

const picture = new Image();
picture.referrerPolicy = "no-referrer";
picture.alt = "";
picture.onerror = () => tell({ type: "failed", reason: "" });
picture.onload = () => {
  document.body.append(picture);
  tellSize(picture);
};

listen((message) => {
  if (message.type === "show" && /^https?:/i.test(message.address)) picture.src = message.address;
});
