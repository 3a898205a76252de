/** What of the service worker's world this one uses: TypeScript's own description of it cannot stand beside the page's. */
export interface ExtendableEvent extends Event {
  waitUntil: (work: Promise<unknown>) => void;
}

export interface FetchEvent extends ExtendableEvent {
  request: Request;
  respondWith: (response: Promise<Response>) => void;
}

export interface PushEvent extends ExtendableEvent {
  data: { json: () => unknown } | null;
}

export interface NotificationEvent extends ExtendableEvent {
  notification: Notification;
}

export interface MessageEventOfWorker extends ExtendableEvent {
  data: unknown;
}

export interface WindowClient {
  url: string;
  visibilityState: DocumentVisibilityState;
  focus: () => Promise<WindowClient>;
  navigate: (url: string) => Promise<WindowClient | null>;
  postMessage: (message: unknown) => void;
}

interface Events {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
  push: PushEvent;
  notificationclick: NotificationEvent;
  message: MessageEventOfWorker;
}

export interface Scope {
  /** Put before this script by the server (chat/pages/worker.py). */
  BUILD: { version: string; shell: string; files: string[]; assets: string[]; icon: string };
  location: Location;
  registration: ServiceWorkerRegistration;
  clients: {
    claim: () => Promise<void>;
    matchAll: (options: { type: "window"; includeUncontrolled?: boolean }) => Promise<WindowClient[]>;
    openWindow: (url: string) => Promise<WindowClient | null>;
  };
  skipWaiting: () => Promise<void>;
  addEventListener: <K extends keyof Events>(type: K, listener: (event: Events[K]) => void) => void;
}

export const scope = self as unknown as Scope;
