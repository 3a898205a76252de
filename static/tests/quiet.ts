import { BaseReporter, type TestModule, type Vitest } from "vitest/node";

/** Says nothing when all is well, and what failed otherwise. */
export default class QuietReporter extends BaseReporter {
  override onInit(vitest: Vitest): void {
    this.ctx = vitest;
  }

  override onTestModuleEnd(): void {
    // No line per file.
  }

  override onTestRunEnd(modules: readonly TestModule[], errors: Parameters<BaseReporter["onTestRunEnd"]>[1], reason: Parameters<BaseReporter["onTestRunEnd"]>[2]): void {
    if (errors.length || reason === "failed") super.onTestRunEnd(modules, errors, reason);
  }
}
