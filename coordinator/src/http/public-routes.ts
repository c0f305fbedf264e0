// What anybody may read: liveness, the network's address card, its manifest and its dictionary.

import { publicKeyOf } from '@cordon/shared';
import { Hono } from 'hono';
import { manifestState } from '../membership/membership.ts';
import { type AppParts, progressTickMs } from './app-parts.ts';
import { refuse } from './refusals.ts';

export function publicRoutes(parts: AppParts): Hono {
	const app = new Hono();
	app.get('/healthz', async (context) => {
		await parts.membership.founding();
		return context.json({ status: 'ok' });
	});
	app.get('/v1/info', async (context) => {
		const { state, signed, waitingFor } = await manifestState(parts);
		const founding = await parts.membership.founding();
		return context.json({
			cordon: 1,
			network: parts.network,
			audience: parts.network,
			coordinatorIdentityKey: publicKeyOf(parts.identitySeed),
			coordinatorLogKey: parts.logKey,
			issuers: founding?.issuers ?? [],
			state,
			waitingFor,
			manifest: signed?.hash ?? null,
			version: signed?.manifest.version ?? null,
			progressTickMs,
		});
	});
	app.get('/v1/manifest', async (context) => {
		const { signed } = await manifestState(parts);
		if (signed === null) return refuse(context, 'unavailable');
		const { manifest, signatures } = signed;
		return context.json({ manifest, signatures });
	});
	app.get('/v1/dictionary', (context) => context.json(parts.dictionary));
	return app;
}
