import { isTokenExpired, parseGhlError } from './errors.js';

const unauthorized = (message: string) => ({ statusCode: 401, message, error: 'Unauthorized' });

describe('parseGhlError', () => {
  it('names the contact that stands in the way of a create', () => {
    const body = {
      statusCode: 400,
      message: 'This location does not allow duplicated contacts.',
      meta: { contactId: 'c1', contactName: 'Ann', matchingField: 'email' },
      traceId: 't1',
    };
    expect(parseGhlError(body)).toEqual({
      messages: ['This location does not allow duplicated contacts.'],
      code: null,
      traceId: 't1',
      duplicate: { of: 'contact', id: 'c1', matchingField: 'email' },
      unknownProperties: [],
    });
  });

  it('names the opportunity that stands in the way', () => {
    const body = {
      statusCode: 400,
      message: 'Can not create duplicate opportunity for the contact.',
      code: 'OPPORTUNITY_NO_DUPLICATE',
      meta: { existingId: 'o1' },
      error: 'Bad Request',
    };
    expect(parseGhlError(body)).toMatchObject({
      code: 'OPPORTUNITY_NO_DUPLICATE',
      duplicate: { of: 'opportunity', id: 'o1' },
    });
  });

  it('keeps every sentence of a validation error and names the properties it refuses', () => {
    const body = { statusCode: 422, message: ['property stageId should not exist', 'name should not be empty'] };
    expect(parseGhlError(body)).toMatchObject({
      messages: ['property stageId should not exist', 'name should not be empty'],
      unknownProperties: ['stageId'],
    });
  });

  it('reads the OAuth shape', () => {
    const body = { error: 'UnAuthorized!', error_description: 'Authorization code not found' };
    expect(parseGhlError(body).messages).toEqual(['Authorization code not found']);
  });

  it('reads the v3 shape', () => {
    const body = { error: { code: 'NOT_FOUND', message: 'No such contact', details: {}, resolution: 'Look again' } };
    expect(parseGhlError(body)).toMatchObject({ code: 'NOT_FOUND', messages: ['No such contact'] });
  });

  it.each([undefined, null, '', '<html>Bad gateway</html>', [], { meta: 'odd' }])(
    'always has a sentence, also for %j',
    (body) => {
      expect(parseGhlError(body).messages.join()).not.toBe('');
    },
  );
});

describe('isTokenExpired', () => {
  it.each(['Invalid token: access token is invalid', 'Invalid JWT', 'Unauthorized'])(
    'refreshes for "%s"',
    (message) => {
      expect(isTokenExpired(401, unauthorized(message))).toBe(true);
    },
  );

  it.each([
    'version header was not found.',
    'The token is not authorized for this scope.',
    "Token's user type mismatch!",
    'This authClass type is not allowed to access this scope. Please use the right token.',
  ])('does not refresh for "%s"', (message) => {
    expect(isTokenExpired(401, unauthorized(message))).toBe(false);
  });

  it('does not refresh for a 403 of another tenant', () => {
    expect(isTokenExpired(403, { message: 'The token does not have access to this location.' })).toBe(false);
  });

  it('refreshes for a 401 without a body', () => {
    expect(isTokenExpired(401, undefined)).toBe(true);
  });
});
