// A coordinator and T hospitals give a session up, have everybody's charge given back, and open its sum all the same: a
// release that nobody paid for. The liars promise and keep their shares; how many promises a refund needs decides it.

import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto } from '../../shared/src/keys.ts';
import {
	type AbandonPromise,
	certificateSize,
	isAbandonCertificate,
	promiseAbandon,
} from '../../shared/src/secagg/abandon.ts';
import { hospitalOf, type Session } from '../../shared/src/secagg/in-memory-session.ts';
import { abandonMember } from '../../shared/src/secagg/member.ts';
import type { SessionTerms } from '../../shared/src/secagg/terms.ts';
import { openTwoRosters, secretOf, sessionUpToInputs } from './two-rosters.ts';

beforeAll(initCrypto);

const all = [0, 1, 2, 3, 4].map((at) => `hospital-00${at}`);
const liar = 'hospital-000';

/** As many promises as asked for, the liar's first; the honest who give theirs forget the session. */
function promisesOf(session: Session, size: number): readonly AbandonPromise[] {
	return all.slice(0, size).map((name) => {
		const hospital = hospitalOf(session, name);
		if (name !== liar) hospital.state = abandonMember(hospital.state);
		return promiseAbandon(session.terms, hospital.self);
	});
}

/** Asks everybody to unmask; true where the sum of all can be opened: the shares of each self mask are enough. */
function canOpen(session: Session): boolean {
	const roster = { claims: all, honest: all.filter((name) => name !== liar) };
	const none = { claims: all, honest: [] };
	const [answers = []] = openTwoRosters(session, { colluders: [liar], first: roster, second: none });
	const given = answers.filter((answer) => typeof answer !== 'string' && answer.kind === 'unmask');
	if (given.length < session.terms.parameters.threshold) return false;
	for (const name of all) expect(secretOf(answers, 'selfMasks', name)).toHaveLength(32);
	return true;
}

/** A certificate of so many: what the hospitals' check would be, were that enough. */
function isEnough(terms: SessionTerms, promises: readonly AbandonPromise[], size: number): boolean {
	const { parameters } = terms;
	const lowered = { ...parameters, threshold: parameters.threshold + certificateSize(parameters) - size };
	return isAbandonCertificate({ ...terms, parameters: lowered }, promises);
}

describe('a refund, and then the sum', () => {
	it('teeth: with a promise less than needed everybody is paid back and the sum opens', () => {
		const session = sessionUpToInputs(5, 'refund then open');
		const needed = certificateSize(session.terms.parameters);
		expect(needed).toBe(3);
		const promises = promisesOf(session, needed - 1);
		expect(isEnough(session.terms, promises, needed - 1)).toBe(true);
		expect(canOpen(session)).toBe(true);
	});

	it('hold: that many are no certificate', () => {
		const session = sessionUpToInputs(5, 'refund then open');
		const { terms } = session;
		const promises = promisesOf(session, certificateSize(terms.parameters) - 1);
		expect(isAbandonCertificate(terms, promises)).toBe(false);
	});

	it('hold: once there is one, the sum cannot be opened any more', () => {
		const session = sessionUpToInputs(5, 'refund then open');
		const { terms } = session;
		const promises = promisesOf(session, certificateSize(terms.parameters));
		expect(isAbandonCertificate(terms, promises)).toBe(true);
		expect(canOpen(session)).toBe(false);
	});
});
