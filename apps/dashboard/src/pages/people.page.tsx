import { ApiKeySection } from '../features/api-keys/api-key-section.js';
import { FirstAdministrator } from '../features/people/first-administrator.js';
import { PeopleSection } from '../features/people/people-section.js';

/** Who may come in: people, and programs. */
export function PeoplePage() {
  return (
    <>
      <h1 className="visually-hidden">People and API keys</h1>
      <FirstAdministrator />
      <PeopleSection />
      <ApiKeySection />
    </>
  );
}
