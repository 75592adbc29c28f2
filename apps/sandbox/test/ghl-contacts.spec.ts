import { parseGhlError, readCustomFieldValues } from '@firmbridge/ghl-api';
import { at, GhlSandboxUnderTest, listAt, started, textAt, type Answer } from './ghl-sandbox.js';

let sandbox: GhlSandboxUnderTest;
beforeEach(async () => {
  sandbox = await GhlSandboxUnderTest.start();
});
afterEach(() => sandbox.stop());

const ann = { firstName: 'Ann', lastName: 'Lee', email: 'Ann.Lee@Example.com', phone: '(718) 555-9001' };
const post = (path: string, body: object): Promise<Answer> =>
  sandbox.call('POST', path, { body: { locationId: sandbox.locationId, ...body } });
const create = (body: object) => post('/contacts/', body);
const upsert = (body: object) => post('/contacts/upsert', body);
const put = (id: string, body: object) => sandbox.call('PUT', `/contacts/${id}`, { body });
const get = async (id: string) => at((await sandbox.call('GET', `/contacts/${id}`)).body, 'contact');
const idOf = (answer: Answer) => textAt(answer.body, 'contact', 'id');

async function fieldId(key: string): Promise<string> {
  const { body } = await sandbox.call('GET', `/locations/${sandbox.locationId}/customFields?model=all`);
  return textAt(
    listAt(body, 'customFields').find((field) => field['fieldKey'] === key),
    'id',
  );
}

describe('writing a contact', () => {
  it('keeps phone as E.164, e-mail in lower case, the date of birth as an instant and the author as our client', async () => {
    const { access_token } = sandbox.control.issueTokens(sandbox.locationId);
    const body = {
      ...ann,
      locationId: sandbox.locationId,
      dateOfBirth: '01-31-1980',
      tags: ['VIP', 'vip', ' New Lead '],
    };
    const answer = await sandbox.call('POST', '/contacts/', { token: String(access_token), body });
    const author = { source: 'INTEGRATION', channel: 'OAUTH', sourceId: sandbox.control.facts().clientId };
    expect(answer).toMatchObject({
      status: 201,
      body: {
        traceId: expect.any(String),
        contact: {
          email: 'ann.lee@example.com',
          phone: '+17185559001',
          name: 'Ann Lee',
          firstNameLowerCase: 'ann',
          dateOfBirth: '1980-01-31T00:00:00.000Z',
          tags: ['vip', 'new lead'],
          country: 'US',
          dateAdded: started.toISOString(),
          createdBy: author,
          lastUpdatedBy: author,
        },
      },
    });
    expect(await get(idOf(answer))).toMatchObject({ email: 'ann.lee@example.com', locationId: sandbox.locationId });
  });

  it.each([
    ['other-id', expect.objectContaining({ sourceId: 'an-internal-id' })],
    ['absent', undefined],
  ])('marks the author with %s as switched', async (authorMarks, mark) => {
    sandbox.control.setSwitches({ authorMarks });
    expect(at((await create(ann)).body, 'contact', 'lastUpdatedBy')).toEqual(mark);
  });

  it('takes a name apart that comes alone', async () => {
    expect((await create({ name: 'Maria de la Cruz' })).body).toMatchObject({
      contact: { firstName: 'Maria', lastName: 'de la Cruz' },
    });
  });

  it('leaves alone what an update does not name, clears what is null and replaces tags', async () => {
    const id = idOf(await create({ ...ann, companyName: 'Lee Ltd', tags: ['one'] }));
    sandbox.clock.advance(1000);
    const { status, body } = await put(id, { lastName: null, city: 'Queens', tags: ['Two'] });
    expect([status, body['succeded']]).toEqual([200, true]);
    expect(await get(id)).toMatchObject({ firstName: 'Ann', companyName: 'Lee Ltd', city: 'Queens', tags: ['two'] });
    expect(await get(id)).not.toHaveProperty('lastName');
    expect(at(await get(id), 'dateUpdated')).toBe(new Date(started.getTime() + 1000).toISOString());
  });

  it.each(['locationId', 'companyName', 'gender', 'additionalEmails'])('refuses %s in an update', async (property) => {
    const id = idOf(await create(ann));
    const { status, body } = await put(id, { [property]: property === 'locationId' ? sandbox.locationId : 'x' });
    expect([status, parseGhlError(body).unknownProperties]).toEqual([422, [property]]);
  });

  it.each([
    [{ email: 'nobody' }, 422],
    [{ dateOfBirth: '31-31-1980' }, 422],
    [{ phone: 'none' }, 400],
    [{ tags: 'vip' }, 422],
    [{ dnd: 'yes' }, 422],
  ])('refuses %j', async (body, status) => {
    expect((await create(body)).status).toBe(status);
  });

  it('stores a phone without an E.164 form as switched', async () => {
    sandbox.control.setSwitches({ unparsablePhone: 'stored' });
    expect((await create({ phone: 'ext. 12' })).body).toMatchObject({ contact: { phone: 'ext. 12' } });
  });

  it('deletes, once', async () => {
    const id = idOf(await create(ann));
    expect((await sandbox.call('DELETE', `/contacts/${id}`)).body).toMatchObject({ succeded: true });
    expect((await sandbox.call('DELETE', `/contacts/${id}`)).status).toBe(400);
  });
});

describe('duplicates', () => {
  it.each([
    ['email', { email: 'ANN.LEE@example.com' }],
    ['phone', { phone: '718-555-9001' }],
  ])('refuses to create a second contact with the same %s and names the first', async (matchingField, body) => {
    const id = idOf(await create(ann));
    const answer = await create({ firstName: 'Other', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ meta: { contactId: id, contactName: 'Ann Lee', matchingField } });
    expect(parseGhlError(answer.body).duplicate).toEqual({ of: 'contact', id, matchingField });
  });

  it('finds additional addresses too', async () => {
    const id = idOf(await create(ann));
    sandbox.control.setAdditionalEmails(id, ['second@example.com']);
    const { body } = await create({ email: 'second@example.com' });
    expect(body).toMatchObject({ meta: { contactId: id, matchingField: 'additionalEmail' } });
  });

  it('refuses an update that takes the address of somebody else', async () => {
    await create(ann);
    const other = idOf(await create({ email: 'other@example.com' }));
    expect((await put(other, { email: ann.email })).body).toMatchObject({ meta: { matchingField: 'email' } });
  });

  it('lets them live side by side where the location allows it', async () => {
    sandbox.control.setLocation(sandbox.locationId, { settings: { allowDuplicateContact: true } });
    await create(ann);
    expect((await create(ann)).status).toBe(201);
    const location = await sandbox.call('GET', `/locations/${sandbox.locationId}`);
    expect(location.body).toMatchObject({ location: { settings: { allowDuplicateContact: true } } });
  });

  it('knows only the primary field where there is no secondary one', async () => {
    sandbox.control.setLocation(sandbox.locationId, { matching: { primary: 'email', secondary: null } });
    await create(ann);
    expect((await create({ phone: ann.phone })).status).toBe(201);
  });

  it('finds a duplicate by number, at once, and null when there is none', async () => {
    const id = idOf(await create(ann));
    const search = (number: string) =>
      sandbox.call(
        'GET',
        `/contacts/search/duplicate?locationId=${sandbox.locationId}&number=${encodeURIComponent(number)}`,
      );
    expect((await search('+17185559001')).body).toMatchObject({ contact: { id } });
    expect((await search('+17185559999')).body).toMatchObject({ contact: null });
  });
});

describe('upsert', () => {
  it('creates what it does not find and updates what it finds', async () => {
    const first = await upsert(ann);
    expect(first).toMatchObject({ status: 200, body: { new: true, traceId: expect.any(String) } });
    const second = await upsert({ email: ann.email, city: 'Queens' });
    expect(second.body).toMatchObject({ new: false, contact: { id: idOf(first), city: 'Queens', firstName: 'Ann' } });
  });

  it('answers 201 to an insert as switched', async () => {
    sandbox.control.setSwitches({ upsertInsertStatus: '201' });
    expect([(await upsert(ann)).status, (await upsert(ann)).status]).toEqual([201, 200]);
  });

  it('silently ignores the phone of somebody else', async () => {
    const byEmail = idOf(await create({ email: 'a@example.com', phone: '+17185559001' }));
    const byPhone = idOf(await create({ email: 'b@example.com', phone: '+17185559002' }));
    const answer = await upsert({ email: 'a@example.com', phone: '+17185559002', city: 'Queens' });
    expect(answer).toMatchObject({
      status: 200,
      body: { new: false, contact: { id: byEmail, phone: '+17185559001' } },
    });
    expect(await get(byPhone)).not.toMatchObject({ city: 'Queens' });
  });

  it('follows the matching order of the location', async () => {
    sandbox.control.setLocation(sandbox.locationId, { matching: { primary: 'phone', secondary: 'email' } });
    await create({ email: 'a@example.com', phone: '+17185559001' });
    const byPhone = idOf(await create({ email: 'b@example.com', phone: '+17185559002' }));
    const answer = await upsert({ email: 'a@example.com', phone: '+17185559002' });
    expect(answer.body).toMatchObject({ contact: { id: byPhone, email: 'b@example.com' } });
  });

  it('makes an additional address the primary one and loses the old primary', async () => {
    const id = idOf(await create(ann));
    sandbox.control.setAdditionalEmails(id, ['second@example.com']);
    const { body } = await upsert({ email: 'second@example.com' });
    expect(body).toMatchObject({ contact: { id, email: 'second@example.com', additionalEmails: [] } });
  });

  it('creates another one on demand only where duplicates are allowed', async () => {
    await create(ann);
    const demand = { ...ann, createNewIfDuplicateAllowed: true };
    expect((await upsert(demand)).body['new']).toBe(false);
    sandbox.control.setLocation(sandbox.locationId, { settings: { allowDuplicateContact: true } });
    expect((await upsert(demand)).body['new']).toBe(true);
  });
});

describe('custom fields of a contact', () => {
  it('are written by id or key and read as id and value', async () => {
    const [area, notes] = [await fieldId('contact.practice_area'), await fieldId('contact.intake_notes')];
    const customFields = [
      { id: area, field_value: 'Immigration' },
      { key: 'intake_notes', fieldValue: 'Called twice' },
      { key: 'nobody_knows', field_value: 'x' },
    ];
    const id = idOf(await create({ ...ann, customFields }));
    const contact = await get(id);
    expect(listAt(contact, 'customFields')).toEqual([
      { id: area, value: 'Immigration' },
      { id: notes, value: 'Called twice' },
    ]);
  });

  it.each([
    ['merge', ['area', 'notes']],
    ['replace', ['notes']],
  ])('%s on PUT as switched', async (putCustomFields, kept) => {
    sandbox.control.setSwitches({ putCustomFields });
    const ids = { area: await fieldId('contact.practice_area'), notes: await fieldId('contact.intake_notes') };
    const id = idOf(await create({ ...ann, customFields: [{ id: ids.area, field_value: 'Immigration' }] }));
    await put(id, { customFields: [{ id: ids.notes, field_value: 'x' }] });
    const values = readCustomFieldValues(
      listAt(await get(id), 'customFields').map((field) => ({ ...field, id: textAt(field, 'id') })),
    );
    expect(values.map((value) => value.id)).toEqual(kept.map((name) => ids[name as 'area' | 'notes']));
  });

  it('are cleared by an empty value', async () => {
    const area = await fieldId('contact.practice_area');
    const id = idOf(await create({ ...ann, customFields: [{ id: area, field_value: 'Immigration' }] }));
    await put(id, { customFields: [{ id: area, field_value: '' }] });
    expect(listAt(await get(id), 'customFields')).toEqual([]);
  });

  it('refuse unknown names as switched', async () => {
    sandbox.control.setSwitches({ unknownCustomField: 'refused' });
    expect((await create({ ...ann, customFields: [{ key: 'nobody_knows', field_value: 'x' }] })).status).toBe(400);
  });
});

describe('tags, notes and tasks', () => {
  it('adds and removes tags in lower case and remembers new ones', async () => {
    const id = idOf(await create({ ...ann, tags: ['one'] }));
    const added = await sandbox.call('POST', `/contacts/${id}/tags`, { body: { tags: ['Two', 'ONE'] } });
    expect(added).toMatchObject({ status: 201, body: { tags: ['one', 'two'], tagsAdded: ['two'] } });
    const removed = await sandbox.call('DELETE', `/contacts/${id}/tags`, { body: { tags: ['One'] } });
    expect(removed).toMatchObject({ status: 200, body: { tags: ['two'], tagsRemoved: ['one'] } });
    const dictionary = await sandbox.call('GET', `/locations/${sandbox.locationId}/tags`);
    expect(listAt(dictionary.body, 'tags').map((tag) => tag['name'])).toEqual(expect.arrayContaining(['one', 'two']));
  });

  it('keeps notes of a contact', async () => {
    const path = `/contacts/${idOf(await create(ann))}/notes`;
    expect((await sandbox.call('POST', path, { body: {} })).status).toBe(422);
    const created = await sandbox.call('POST', path, { body: { body: 'Called' } });
    const noteId = textAt(created.body, 'note', 'id');
    await sandbox.call('PUT', `${path}/${noteId}`, { body: { body: 'Called back' } });
    expect((await sandbox.call('GET', path)).body).toMatchObject({ notes: [{ id: noteId, body: 'Called back' }] });
    expect((await sandbox.call('DELETE', `${path}/${noteId}`)).body).toMatchObject({ succeded: true });
    expect((await sandbox.call('GET', `${path}/${noteId}`)).status).toBe(400);
  });

  it('keeps tasks of a contact and finds them across the location', async () => {
    const path = `/contacts/${idOf(await create(ann))}/tasks`;
    expect((await sandbox.call('POST', path, { body: { title: 'Call' } })).status).toBe(422);
    const body = { title: 'Call', dueDate: '2026-03-02T09:00:00Z', completed: false };
    const taskId = textAt((await sandbox.call('POST', path, { body })).body, 'task', 'id');
    await sandbox.call('PUT', `${path}/${taskId}/completed`, { body: { completed: true } });
    const search = { body: { completed: true, limit: 10 } };
    const found = await sandbox.call('POST', `/locations/${sandbox.locationId}/tasks/search`, search);
    expect(listAt(found.body, 'tasks')).toEqual([expect.objectContaining({ id: taskId, completed: true })]);
    expect((await sandbox.call('DELETE', `${path}/${taskId}`)).body).toMatchObject({ succeded: true });
  });
});
