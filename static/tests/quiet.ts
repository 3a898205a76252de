import { MinimalReporter, type Vitest } from "vitest/node";

type End = Parameters<MinimalReporter["onTestRunEnd"]>;

/** Says nothing when all is well, and what failed otherwise. */
export default class QuietReporter extends MinimalReporter {
  override onInit(vitest: Vitest): void {
    this.ctx = vitest;
  }

  override onTestRunEnd(...[modules, errors, reason]: End): void {
    if (errors.length || reason !== "passed") super.onTestRunEnd(modules, errors, reason);
  }
}
