import { apiDescription, sampleRequests } from './sample-request.js';

const theirs = '0f9c2f5e-6c1b-4a43-9e0b-1e51c6f7a001';
const foreign = (field: string) => (field === 'runId' || field === 'cursor' ? theirs : undefined);
const text = { type: 'string' };

describe('sample requests', () => {
  const api = apiDescription.parse({
    paths: {
      '/runs/{runId}': {
        get: {
          parameters: [
            { name: 'runId', in: 'path', schema: { type: 'string', format: 'uuid' } },
            { name: 'cursor', in: 'query', schema: text },
            { name: 'scope', in: 'query', schema: { type: 'string', enum: ['tenant', 'platform'] } },
          ],
        },
        post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/New' } } } } },
      },
    },
    components: {
      schemas: {
        New: {
          type: 'object',
          properties: {
            runIds: { type: 'array', items: text },
            mode: { type: 'string', enum: ['all', 'some'] },
            note: { anyOf: [{ type: 'null' }, text] },
            count: { type: 'integer', minimum: 3 },
          },
        },
      },
    },
  });
  const requests = sampleRequests(api, foreign);

  it('leave out what is optional, give all of it, and each alone', () => {
    const paths = requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
    expect(paths).toEqual([
      `/runs/${theirs}`,
      `/runs/${theirs}?cursor=${theirs}&scope=tenant&scope=platform`,
      `/runs/${theirs}?cursor=${theirs}`,
      `/runs/${theirs}?scope=tenant`,
      `/runs/${theirs}?scope=platform`,
    ]);
  });

  it('fill a body by the names of its fields', () => {
    const [post] = requests.filter(({ method }) => method === 'POST');
    expect(post?.body).toEqual({ runIds: [theirs], mode: 'all', note: 'nothing', count: 3 });
  });
});
