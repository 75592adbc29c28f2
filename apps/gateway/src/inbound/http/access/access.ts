import { applyDecorators, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { isPermission } from '@firmbridge/contracts';
import type { RouteAccess } from '../../../domain/route-access.js';

const key = Symbol('who may use a route');

/** Who may use a route, or all routes of a controller. A route that says nothing is closed to everybody. */
export function Access(access: RouteAccess): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(key, access), ApiExtension('x-needs', access));
}

/** The routes that every service has. */
const serviceRoutes: Readonly<Record<string, RouteAccess>> = {
  '/livez': 'public',
  '/readyz': 'public',
  '/metrics': 'platform.operate',
};

/** What was declared for a route; null when nothing was. */
export function declaredAccess(handler: object, controller: object, path: string): RouteAccess | null {
  const declared: unknown = Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
  if (isRouteAccess(declared)) return declared;
  return serviceRoutes[path] ?? null;
}

export function accessOfRoute(context: ExecutionContext, path: string): RouteAccess | null {
  return declaredAccess(context.getHandler(), context.getClass(), path);
}

function isRouteAccess(value: unknown): value is RouteAccess {
  return typeof value === 'string' && (value === 'public' || value === 'known' || isPermission(value));
}
