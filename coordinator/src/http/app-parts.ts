// What the HTTP edge works with.

import type { InputIssue, PublicKeyText, Result } from '@cordon/shared';
import { err, ok } from '@cordon/shared';
import type { Context } from 'hono';
import type { Pipeline } from '../pipeline.ts';
import type { CoordinatorParts, PresentedProof, Timer } from '../ports.ts';

export interface AppParts extends CoordinatorParts {
	readonly pipeline: Pipeline;
	readonly timer: Timer;
	/** As clients see it; proofs of possession name it. */
	readonly publicUrl: string;
	readonly logKey: PublicKeyText;
	readonly network: string;
	/** Ends what waits, when the daemon stops. */
	readonly stopping: AbortSignal;
	/** Counts an answered request. */
	readonly counted?: (method: string, route: string, status: number) => void;
}

/** Progress moves on these ticks, so that its timing tells nothing of one hospital's work. */
export const progressTickMs = 500;

/** Errors  one issue where the body is not JSON; the parser's own text, which quotes the body, is dropped. */
export async function bodyOf(context: Context): Promise<Result<unknown, readonly InputIssue[]>> {
	const text = await context.req.text();
	try {
		return ok(JSON.parse(text));
	} catch {
		return err([{ path: '', message: 'the body is not JSON', nearest: [] }]);
	}
}

/** Of an envelope; the limit on bodies has been applied. */
export async function bytesOf(context: Context): Promise<Uint8Array> {
	return new Uint8Array(await context.req.arrayBuffer());
}

export function presentedBy(context: Context, publicUrl: string): PresentedProof {
	return {
		authorization: context.req.header('authorization') ?? null,
		proof: context.req.header('dpop') ?? null,
		method: context.req.method,
		url: new URL(context.req.path, publicUrl).href,
	};
}
