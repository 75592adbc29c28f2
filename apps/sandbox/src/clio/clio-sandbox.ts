import { type ClioRegion, clioRegions } from '@firmbridge/clio-api';
import type { SandboxContext } from '../context.js';
import { RateWindows } from './api/rate-window.js';
import { ClioAccount } from './clio-account.js';
import type { FirmFacts } from './data/firm.js';
import { type ClioApp, defaultClioApp } from './oauth/apps.js';
import type { AuthorizeChoice } from './oauth/authorize-page.js';
import { ClioOAuth } from './oauth/oauth.js';
import { ClioTokens } from './oauth/tokens.js';
import { type ClioSwitches, type ClioSwitchesInput, clioSwitchesSchema } from './switches.js';
import { type DeliveryBehaviour, deliveryBehaviourSchema } from './webhooks/webhook-delivery.js';
import { WebhookSender } from './webhooks/webhook-sender.js';

export interface ClioFirmOptions {
  readonly name?: string;
  readonly matters?: number;
}

export interface ClioOptions {
  /** Developer applications that may connect; one with known keys when nothing is said. */
  readonly apps?: readonly ClioApp[];
  /** The firms of every region, one when nothing is said. */
  readonly firms?: readonly ClioFirmOptions[];
  readonly switches?: ClioSwitchesInput;
  readonly webhookTimeoutMs?: number;
}

/** The two spaces are the account's own (clio-api section 3.2 gives a name, not a slug). */
const firstFirmName = 'Example  Law LLC';
const regions = Object.keys(clioRegions) as ClioRegion[];

/** Four separate Clio installations, each with its firms; switches are common to all. */
export class ClioSandbox {
  readonly rates: RateWindows;
  tokens: ClioTokens;
  oauth: ClioOAuth;
  tokenGeneration = 1;
  private switches: ClioSwitches;
  private behaviour: DeliveryBehaviour = deliveryBehaviourSchema.parse({});
  private sender: WebhookSender;
  private readonly accounts = new Map<string, ClioAccount>();

  constructor(
    private readonly context: SandboxContext,
    private readonly options: ClioOptions = {},
  ) {
    this.switches = clioSwitchesSchema.parse(options.switches ?? {});
    this.rates = new RateWindows(context.clock, this.currentSwitches);
    this.sender = this.newSender();
    this.tokens = this.newTokens();
    this.oauth = this.newOAuth();
    this.openAccounts();
    context.onReset(() => this.reset());
  }

  readonly currentSwitches = (): ClioSwitches => this.switches;

  setSwitches(changes: ClioSwitchesInput): ClioSwitches {
    this.switches = clioSwitchesSchema.parse({ ...this.switches, ...changes });
    return this.switches;
  }

  setDeliveryBehaviour(changes: Partial<DeliveryBehaviour>): DeliveryBehaviour {
    this.behaviour = deliveryBehaviourSchema.parse({ ...this.behaviour, ...changes });
    return this.behaviour;
  }

  isRegion(text: string): text is ClioRegion {
    return (regions as readonly string[]).includes(text);
  }

  account(region: ClioRegion, firm: number): ClioAccount | null {
    return this.accounts.get(`${region}/${firm}`) ?? null;
  }

  /** Whom a person may connect as: the owner of each firm and two more users of it. */
  choices(region: ClioRegion): AuthorizeChoice[] {
    return this.firms().flatMap((_, at) => {
      const store = this.account(region, at + 1)?.firm.store;
      return [0, 1, 2].map((user) => ({
        firm: at + 1,
        user,
        label: `${String(store?.value('users', user, 'name'))} of ${String(store?.firm.facts.name)}`,
      }));
    });
  }

  /** The first application, as which the control issues tokens. */
  get app(): ClioApp {
    return this.options.apps?.[0] ?? defaultClioApp;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.accounts.values()].map(({ deliveries }) => deliveries.settled()));
  }

  close(): void {
    this.sender.close();
  }

  private reset(): void {
    this.sender.close();
    this.switches = clioSwitchesSchema.parse(this.options.switches ?? {});
    this.behaviour = deliveryBehaviourSchema.parse({});
    this.rates.reset();
    this.tokenGeneration = 1;
    this.sender = this.newSender();
    this.tokens = this.newTokens();
    this.oauth = this.newOAuth();
    this.openAccounts();
  }

  private openAccounts(): void {
    const { clock, journal } = this.context;
    const surroundings = {
      clock,
      journal,
      switches: this.currentSwitches,
      sender: this.sender,
      deliveryBehaviour: () => this.behaviour,
    };
    for (const region of regions) {
      this.firms().forEach((_, at) => {
        const account = new ClioAccount(this.factsOf(region, at), surroundings);
        this.accounts.set(account.firm.firm.key, account);
      });
    }
  }

  private firms(): readonly ClioFirmOptions[] {
    return this.options.firms ?? [{}];
  }

  private factsOf(region: ClioRegion, at: number): FirmFacts {
    const { name, matters } = this.firms()[at] ?? {};
    return {
      seed: this.context.seed,
      region,
      number: at + 1,
      name: name ?? (at === 0 ? firstFirmName : `Sample & Partners ${at + 1}`),
      matters: matters ?? this.context.matters,
    };
  }

  private newSender(): WebhookSender {
    return new WebhookSender(this.options.webhookTimeoutMs ?? 10_000);
  }

  private newTokens(): ClioTokens {
    return new ClioTokens(this.context.seed, this.context.journal, this.context.clock, this.currentSwitches);
  }

  private newOAuth(): ClioOAuth {
    const apps = this.options.apps ?? [defaultClioApp];
    return new ClioOAuth(this.tokens, apps, this.currentSwitches, (region) => this.choices(region));
  }
}
