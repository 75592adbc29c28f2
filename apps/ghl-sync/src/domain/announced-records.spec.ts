import { announcedRecords } from './announced-records.js';

const of = (type: string, more: object = {}) => announcedRecords({ type, id: 'x', locationId: 'loc', ...more });

it.each(['ContactCreate', 'ContactUpdate', 'ContactTagUpdate', 'ContactDndUpdate'])(
  '%s has the contact and its tasks read',
  (type) => {
    expect(of(type)).toEqual([
      { resource: 'contacts', recordId: 'x', isDeleted: false },
      { resource: 'tasks', recordId: 'x', isDeleted: false },
    ]);
  },
);

it('takes notes and tasks along when their contact is deleted', () => {
  expect(of('ContactDelete').map(({ resource, isDeleted }) => [resource, isDeleted])).toEqual([
    ['contacts', true],
    ['tasks', true],
    ['notes', true],
  ]);
});

it('reads notes and tasks by their contact', () => {
  expect(of('NoteDelete', { contactId: 'c' })).toEqual([{ resource: 'notes', recordId: 'c', isDeleted: true }]);
  expect(of('TaskComplete', { contactId: 'c' })).toEqual([{ resource: 'tasks', recordId: 'c', isDeleted: false }]);
});

it('reads all open tasks after a new one that names no contact', () => {
  expect(of('TaskCreate')).toEqual([{ resource: 'tasks', recordId: '*', isDeleted: false }]);
});

it.each(['OpportunityStageUpdate', 'OpportunityMonetaryValueUpdate'])('%s has the opportunity read', (type) => {
  expect(of(type)).toEqual([{ resource: 'opportunities', recordId: 'x', isDeleted: false }]);
});

it('tries a call after the app was removed', () => {
  expect(of('UNINSTALL')).toEqual([{ resource: 'tasks', recordId: '*', isDeleted: false }]);
});

it.each(['INSTALL', 'LocationUpdate', 'AppointmentCreate'])('%s says nothing of our records', (type) => {
  expect(of(type)).toEqual([]);
});
