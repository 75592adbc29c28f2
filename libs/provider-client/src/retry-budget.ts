const cap = 10;
const perSuccess = 0.1;

/** Retries are at most about a tenth of the calls: when much fails, repeating everything makes it worse. */
export class RetryBudget {
  private tokens = cap;

  earn(): void {
    this.tokens = Math.min(cap, this.tokens + perSuccess);
  }

  spend(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
