/**
 * Signing out by one's own will: what was being written goes to the server, and nothing of it stays in this browser, which
 * somebody else may use next. (A session that merely ended keeps it here: its person comes back, src/composables/signedOut.ts.)
 */
import { i18n, loadTexts } from "@/i18n";
import { router } from "@/router";
import { endReads } from "@/lib/transport/api";
import { isFarewellDue, rememberFarewell } from "@/lib/transport/farewell";
import { waiting } from "@/lib/transport/outbox";
import { draftsOf, writeDraft, type LocalDraft } from "@/lib/writing/drafts";
import { forgetRecords } from "@/lib/writing/records";
import { conflictOf, putDraft } from "@/lib/writing/stored";
import { useLink } from "@/stores/link";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Draft } from "@/types/writing";

/** Nobody waits longer than this for a server that does not answer. */
const PATIENCE = 5000;

/** Nothing that this person has written is in this browser any more. */
export function forgetWriting(user: number): void {
  const writing = useWriting();
  writing.fill("", []);
  [writing.version, writing.synced, writing.queue, writing.held] = [0, "", [], false];
  useLink().hub.pending.clear();
  for (const kind of ["draft", "edit", "queue", "outbox"]) forgetRecords(`aihelper.${kind}.${user}.`);
}

/** With what another device wrote meanwhile: there is nobody left to choose between the two. */
function joined(ours: LocalDraft, theirs: Draft): LocalDraft {
  const text = ours.text.startsWith(theirs.text.trim()) ? ours.text : `${ours.text}\n\n${theirs.text}`.trim();
  const more = theirs.attachments.filter(({ document_id }) => !ours.attachments.some((known) => known.document_id === document_id));
  return { ...ours, text, attachments: [...ours.attachments, ...more], version: theirs.version };
}

async function store(user: number, session: string | null, local: LocalDraft): Promise<void> {
  const writing = useWriting();
  const put = (draft: LocalDraft): Promise<Draft> => putDraft(session, draft, { signal: AbortSignal.timeout(PATIENCE) });
  const draft = await put(local).catch((cause: unknown) => {
    const theirs = conflictOf(cause);
    if (!theirs) throw cause;
    return put(joined(local, theirs));
  });
  if (session === writing.session) (draft.text === local.text ? writing.confirm : writing.adopt)(draft);
  else writeDraft(user, session, { ...local, version: draft.version, dirty: false });
}

/** @returns whether the server has all drafts. */
async function storeDrafts(user: number): Promise<boolean> {
  const writing = useWriting();
  writing.save();
  const left = draftsOf(user).filter(([, { dirty }]) => dirty);
  const stored = await Promise.all(left.map(([session, draft]) => store(user, session, draft).then(() => true, () => !draft.text && !draft.attachments.length)));
  return stored.every(Boolean) && writing.attaching.every(({ document }) => document);
}

async function leave(id: number): Promise<void> {
  const user = useUser();
  // From here on nothing is sent, and nothing comes that would be kept.
  useLink().hub.stop();
  endReads();
  await user.logout().catch(() => rememberFarewell(id));
  forgetWriting(id);
  user.user = null;
  await router.push("/login");
  if (isFarewellDue()) useUi().notify((i18n.global.t as (key: string) => string)("auth.signedOutHere"), { ms: 15_000 });
}

/** Asks first when something would be lost by it. */
export async function signOut(): Promise<void> {
  const user = useUser();
  const id = user.user?.id;
  if (id === undefined) return;
  user.leaving = true;
  const stored = await storeDrafts(id).finally(() => (user.leaving = false));
  const unsent = new Set([...waiting().map(({ action }) => action.client_id), ...useWriting().queuedEverywhere().map(({ client_id }) => client_id)]).size;
  if (stored && !unsent) return leave(id);
  await loadTexts("writing");
  const t = i18n.global.t as (key: string, named?: object, n?: number) => string;
  const reasons = [unsent ? t("writing.unsent", { n: unsent }, unsent) : "", stored ? "" : t("writing.unstored")];
  useUi().show("confirm", {
    title: t("writing.signOutTitle"), text: reasons.filter(Boolean).join(" "), action: t("writing.signOutAnyway"), stay: t("writing.stay"), run: () => leave(id),
  });
}
