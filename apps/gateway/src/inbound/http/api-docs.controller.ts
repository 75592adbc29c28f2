import { Controller, Get, Header, NotFoundException, Param, Res, UseFilters } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Response } from 'express';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Access } from './access/access.js';
import { contentSecurityPolicy } from './access/security-headers.js';
import { buildApiDocument } from './api-document.js';
import { ApiProblemFilter } from './api-problem.filter.js';

// The assets belong to Nest's Swagger package.
const nestSwagger = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));
const assetFolder = path.dirname(nestSwagger.resolve('swagger-ui-dist/package.json'));
const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Firmbridge API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
</head>
<body><div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>`;
const start = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });`;

/** The description of the API, for programs and for people. Nothing comes from another host. */
@Controller('api')
@Access('known')
@UseFilters(ApiProblemFilter)
export class ApiDocsController {
  private document: Promise<OpenAPIObject> | null = null;

  @Get('openapi.json')
  describe(): Promise<OpenAPIObject> {
    this.document ??= buildApiDocument();
    return this.document;
  }

  // Swagger UI writes style attributes.
  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', contentSecurityPolicy({ 'style-src': "'self' 'unsafe-inline'" }))
  page(): string {
    return page;
  }

  @Get('docs/start.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  start(): string {
    return start;
  }

  @Get('docs/:asset')
  asset(@Param('asset') asset: string, @Res() response: Response): void {
    if (!assets.includes(asset)) throw new NotFoundException(`There is no ${asset} here.`);
    response.sendFile(path.join(assetFolder, asset), { maxAge: '1h' });
  }
}
