// The coordinator's HTTP interface: limits, routes, and the one place where a failure becomes `internal`.

import { DatabaseFault } from '@cordon/shared';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppParts } from './app-parts.ts';
import { memberRoutes } from './member-routes.ts';
import { observeRequests } from './observe-requests.ts';
import { publicRoutes } from './public-routes.ts';
import { refuse } from './refusals.ts';
import { researcherRoutes } from './researcher-routes.ts';

const largestBody = 1_048_576;

export function createApp(parts: AppParts): Hono {
	const app = new Hono();
	app.use(observeRequests(parts));
	app.use(async (context, next) => {
		await next();
		context.header('cache-control', 'no-store');
		context.header('x-content-type-options', 'nosniff');
	});
	app.use(limitBodies());
	app.route('/', publicRoutes(parts));
	app.route('/', memberRoutes(parts));
	app.route('/', researcherRoutes(parts));
	app.notFound((context) => refuse(context, 'not-found'));
	app.onError((error, context) => {
		// The text of an error may quote what was sent; its class and SQLSTATE cannot.
		const state = error instanceof DatabaseFault ? (error.sqlState ?? 'none') : 'none';
		parts.log.fault('request-failed', { kind: error.name, state, route: context.req.routePath });
		return refuse(context, 'internal');
	});
	return app;
}

/**
 * The server reads no more of a body than the length it was told (RFC 9112 section 6.3), so that length is enough to
 * go by. Looking into the body itself would make it a web stream, for each message of a hospital.
 */
function limitBodies(): MiddlewareHandler {
	const onError = (context: Context): Response => refuse(context, 'too-large');
	const counted = bodyLimit({ maxSize: largestBody, onError });
	return async (context, next) => {
		const length = context.req.header('content-length');
		const isTold = length !== undefined && context.req.header('transfer-encoding') === undefined;
		if (!isTold) return counted(context, next);
		if (!(Number(length) <= largestBody)) return onError(context);
		return next();
	};
}
