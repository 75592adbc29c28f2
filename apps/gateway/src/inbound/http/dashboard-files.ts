import express, { type NextFunction, type Request, type Response } from 'express';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sendNotBuiltPage } from './access/sign-in-page.js';

const notOurs = /^\/(api|livez|readyz|metrics)(\/|$)/;
/** The build puts a hash of the content into the names below `assets`. */
const forEver = 'private, max-age=31536000, immutable';
const askAgain = 'no-cache';

/** The built dashboard; every page load that is not a file gets index.html, where the client finds its route. */
export function dashboardFiles(folder: string) {
  const index = path.join(folder, 'index.html');
  const files = express.static(folder, {
    index: 'index.html',
    cacheControl: false,
    redirect: false,
    setHeaders: (response, file) => {
      const isHashed = path.relative(folder, file).startsWith(`assets${path.sep}`);
      response.setHeader('Cache-Control', isHashed ? forEver : askAgain);
    },
  });
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!['GET', 'HEAD'].includes(request.method) || notOurs.test(request.path)) return next();
    files(request, response, (error: unknown) => {
      const isPageLoad = request.accepts(['json', 'html']) === 'html' && path.extname(request.path) === '';
      if (error !== undefined || !isPageLoad) return next(error);
      if (!existsSync(index)) return sendNotBuiltPage(response);
      response.setHeader('Cache-Control', askAgain);
      response.sendFile(index, { cacheControl: false });
    });
  };
}
