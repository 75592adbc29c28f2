import type { Entity, MatchReview } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { formatMany } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { providerNames } from '../connections/connections.js';
import { useMay } from '../session/session.js';
import { comparedFacts } from './contact-facts.js';
import { decide, matchReviews } from './match-reviews.js';

/** Contacts that may be the same, side by side; not there while there are none. */
export function MatchReviewSection() {
  const { value } = useRemote(matchReviews);
  if (value === null || value.reviews.length === 0) return null;
  return (
    <Section title="Is this the same contact?" note={`${formatMany(value.pending, 'pair')} to decide on`}>
      <p className="text-body-secondary small">
        Until you have said so, neither is changed because of the other, and the one in Clio is not carried to
        GoHighLevel. Both answers can be changed later.
      </p>
      <ul className="panel plain-list">
        {value.reviews.map((review) => (
          <ReviewItem key={review.reviewId} review={review} />
        ))}
      </ul>
    </Section>
  );
}

function ReviewItem({ review }: { readonly review: MatchReview }) {
  const { reviewId, one, other, probability } = review;
  const may = useMay('identity.decide');
  const deciding = useAction((decision: 'same' | 'different') => decide(reviewId, decision));
  const isDisabled = !may.isAllowed || deciding.isRunning;
  return (
    <li>
      <div className="table-responsive">
        <table className="table table-sm mb-2 align-middle">
          <caption className="visually-hidden">
            {one.title} and {other.title}, side by side
          </caption>
          <thead>
            <tr>
              <th scope="col">{Math.round(probability * 100)} % likely</th>
              <th scope="col">{accountsOf(one)}</th>
              <th scope="col">{accountsOf(other)}</th>
            </tr>
          </thead>
          <tbody>
            {comparedFacts(one.state, other.state).map((fact) => (
              <tr key={fact.label}>
                <th scope="row" className="fw-normal text-body-secondary">
                  {fact.label}
                </th>
                <td className={fact.isSame ? 'text-success-emphasis' : ''}>{fact.one}</td>
                <td className={fact.isSame ? 'text-success-emphasis' : ''}>{fact.other}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Evidence evidence={review.evidence} />
      <RefusalAlert refusal={deciding.refusal} />
      <div className="d-flex flex-wrap gap-2 mt-2">
        <button
          type="button"
          className="btn btn-sm btn-outline-primary"
          title={may.reason}
          disabled={isDisabled}
          onClick={() => deciding.run('same')}
        >
          The same: make them one
        </button>
        <button
          type="button"
          className="btn btn-sm btn-outline-secondary"
          title={may.reason}
          disabled={isDisabled}
          onClick={() => deciding.run('different')}
        >
          Different: do not ask again
        </button>
      </div>
    </li>
  );
}

function Evidence({ evidence }: { readonly evidence: MatchReview['evidence'] }) {
  const pro = evidence.filter(({ bits }) => bits > 0).map(({ says }) => says);
  const con = evidence.filter(({ bits }) => bits <= 0).map(({ says }) => says);
  return (
    <p className="small mb-0">
      {pro.length > 0 && <>For it: {pro.join(', ')}. </>}
      {con.length > 0 && <>Against it: {con.join(', ')}.</>}
    </p>
  );
}

function accountsOf({ links }: Entity): string {
  const names = new Set(links.map(({ provider }) => providerNames[provider]));
  return [...names].join(' and ') || 'No account any more';
}
