import { AppError } from '@firmbridge/contracts';
import type { Page, PageRequest, ProviderAdapter, SyncedResource } from '@firmbridge/sync-engine';

export interface PagedOptions {
  readonly resources?: readonly SyncedResource[];
  readonly pages?: number;
  readonly perPage?: number;
}

/** A provider whose resources have some pages each; a test may hold a page back, or answer it itself. */
export class Paged implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly budget = [];
  readonly resources: readonly SyncedResource[];
  /** `resource/page`, in the order in which they were asked for. */
  readonly asked: string[] = [];
  /** Answers instead of the provider; undefined leaves the page to it. */
  answer: (request: PageRequest) => Promise<Page | undefined> = () => Promise.resolve(undefined);
  private readonly pages: number;
  private readonly perPage: number;

  constructor({ resources, pages = 3, perPage = 2 }: PagedOptions = {}) {
    this.resources =
      resources ?? ['users', 'contacts'].map((name) => ({ name, incremental: true, pageSize: perPage, pollEvery: 1 }));
    this.pages = pages;
    this.perPage = perPage;
  }

  async readPage(request: PageRequest): Promise<Page> {
    const page = Number(request.cursor ?? 1);
    this.asked.push(`${request.resource}/${page}`);
    return (await Promise.race([this.answer(request), whenAborted(request.signal)])) ?? this.page(page);
  }

  readRecords(): never {
    throw new AppError('internal', 'test.no_records', 'This provider shows no single records.');
  }

  page(page: number): Page {
    const ids = Array.from({ length: this.perPage }, (_, index) => String(page * 100 + index));
    return {
      records: ids.map((recordId) => ({ recordId, sourceUpdatedAt: null, body: { id: recordId } })),
      nextCursor: page < this.pages ? String(page + 1) : null,
      expected: this.pages * this.perPage,
    };
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new AppError('cancelled', 'test.aborted', 'The read was aborted.')));
  });
}

/** Something that is waited for until the test lets go. */
export function aGate(): { readonly opened: Promise<undefined>; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<undefined>((resolve) => (open = () => resolve(undefined)));
  return { opened, open };
}
