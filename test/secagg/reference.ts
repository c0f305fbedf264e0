// `cordon-secagg/1` a second time, from the text of the specification and node:crypto alone: given a transcript and
// the secrets behind it, everything that follows from them is computed anew and compared. It shares no line with
// shared/src/secagg, and knows nothing of states, order or refusals.

import {
	createCipheriv,
	createDecipheriv,
	createHash,
	createPrivateKey,
	createPublicKey,
	diffieHellman,
	hkdfSync,
	verify,
} from 'node:crypto';
import type { Transcript } from './transcript.ts';

type Bytes = Uint8Array;
const b64 = (bytes: Bytes): string => Buffer.from(bytes).toString('base64url');
const raw = (text: string): Bytes => Buffer.from(text, 'base64url');

/** H(tag, parts...): SHA-256, each part behind its length in eight bytes. */
function H(tag: string, ...parts: readonly (string | Bytes)[]): Bytes {
	const hash = createHash('sha256');
	for (const part of [`cordon-secagg/1/${tag}`, ...parts].map((one) => Buffer.from(one as string))) {
		const length = Buffer.alloc(8);
		length.writeUInt32BE(part.length, 4);
		hash.update(length).update(part);
	}
	return hash.digest();
}

/** RFC 8785 of the values that the protocol signs: no number but whole ones, no text that sorts otherwise. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
}

const secretKey = (bytes: Bytes) =>
	createPrivateKey({
		key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), bytes]),
		format: 'der',
		type: 'pkcs8',
	});
const publicKey = (curve: 'X25519' | 'Ed25519', text: string) =>
	createPublicKey({ key: { kty: 'OKP', crv: curve, x: text }, format: 'jwk' });
const publicOf = (secret: Bytes): string =>
	createPublicKey(secretKey(secret)).export({ format: 'jwk' }).x ?? '';
const agree = (secret: Bytes, other: string): Bytes =>
	diffieHellman({ privateKey: secretKey(secret), publicKey: publicKey('X25519', other) });
const hkdf = (secret: Bytes, salt: Bytes, info: string): Bytes =>
	Buffer.from(hkdfSync('sha256', secret, salt, info, 32));

interface Shape {
	readonly cells: number;
	readonly valueBits: number;
}

/** The stream as little-endian values of so many bits. */
function prg(seed: Bytes, { cells, valueBits }: Shape): readonly bigint[] {
	const size = valueBits / 8;
	const stream = createCipheriv('chacha20', seed, Buffer.alloc(16)).update(Buffer.alloc(size * cells));
	return Array.from({ length: cells }, (_, cell) =>
		BigInt(`0x${Buffer.from(stream.subarray(size * cell, size * (cell + 1)).toReversed()).toString('hex')}`),
	);
}

/** Modulo 2^valueBits, lowest byte first. */
function littleEndian(value: bigint, valueBits: number): Bytes {
	const hex = BigInt.asUintN(valueBits, value)
		.toString(16)
		.padStart(valueBits / 4, '0');
	return Buffer.from(hex, 'hex').toReversed();
}

/** Shamir over GF(2^8): the polynomial through the shares, at zero. */
function interpolate(shares: readonly Bytes[]): Bytes {
	const times = (a: number, b: number): number => {
		let product = 0;
		for (let [x, y] = [a, b]; y > 0; [x, y] = [x & 0x80 ? ((x << 1) ^ 0x11b) & 0xff : x << 1, y >> 1])
			if (y & 1) product ^= x;
		return product;
	};
	const over = (a: number, b: number): number =>
		Array.from({ length: 256 }, (_, x) => x).find((x) => times(x, b) === a) ?? 0;
	const points = shares.map((share) => share[share.length - 1] ?? 0);
	const weights = points.map((own, i) =>
		points.reduce((weight, point, j) => (i === j ? weight : times(weight, over(point, point ^ own))), 1),
	);
	return Uint8Array.from({ length: 32 }, (_, at) =>
		shares.reduce((sum, share, i) => sum ^ times(share[at] ?? 0, weights[i] ?? 0), 0),
	);
}

/** What does not agree with the specification; empty where all does. */
export function disagreements({ terms, members, bodies, outcome, receiver }: Transcript): readonly string[] {
	const found: string[] = [];
	const check = (what: string, ours: unknown, theirs: unknown): void => {
		if (canonical(ours) !== canonical(theirs)) found.push(what);
	};
	const signed = (
		what: string,
		hospital: string,
		[tag, id, content]: readonly [string, Bytes, unknown],
		signature: string,
	): void => {
		const identity = terms.roster.find((entry) => entry.hospital === hospital)?.identityKey ?? '';
		if (!verify(null, H(tag, id, canonical(content)), publicKey('Ed25519', identity), raw(signature)))
			found.push(`${what} of ${hospital}: signature`);
	};
	const member = (name: string) =>
		members[name] ?? {
			channelSecret: '',
			maskSecret: '',
			selfMask: '',
			inputSalt: '',
			input: [],
			counts: [],
		};
	const of = <K extends string>(kind: K) =>
		bodies.filter((body): body is Extract<Transcript['bodies'][number], { kind: K }> => body.kind === kind);

	const psid = H('psid', terms.manifestHash, terms.policyHash, canonical(terms.roster), terms.session);
	const adverts = of('advertise');
	for (const { signature, ...advert } of adverts) {
		const { channelSecret, maskSecret, selfMask } = member(advert.hospital);
		check(
			`${advert.hospital}: keys`,
			[advert.channelKey, advert.maskKey],
			[publicOf(raw(channelSecret)), publicOf(raw(maskSecret))],
		);
		check(
			`${advert.hospital}: commitment`,
			advert.commitment,
			b64(H('self-mask', psid, advert.hospital, raw(selfMask))),
		);
		signed('advert', advert.hospital, ['advertise', psid, advert], signature);
	}
	const usid = H('usid', psid, canonical(adverts));
	const advertOf = (name: string) =>
		adverts.find((advert) => advert.hospital === name) ?? { channelKey: '', maskKey: '', epoch: '' };

	const dealt = of('shares');
	for (const { hospital, sealed, signature } of dealt)
		signed('shares', hospital, ['shares', usid, { hospital, sealed }], signature);
	/** What `from` dealt to `to`: a share of b and one of s_sk, 33 bytes each. */
	const dealtTo = (from: string, to: string): Bytes => {
		const box = raw(
			dealt.find((one) => one.hospital === from)?.sealed.find((one) => one.to === to)?.box ?? '',
		);
		const channel = hkdf(
			agree(raw(member(to).channelSecret), advertOf(from).channelKey),
			usid,
			`chan/${from}/${to}`,
		);
		const opening = createDecipheriv('chacha20-poly1305', channel, box.subarray(0, 12), {
			authTagLength: 16,
		});
		opening.setAuthTag(box.subarray(-16));
		return Buffer.concat([opening.update(box.subarray(12, -16)), opening.final()]);
	};
	const U2 = dealt.map(({ hospital }) => hospital);
	const sid = H(
		'sid',
		usid,
		canonical(U2),
		terms.requestHash,
		canonical([terms.cells, terms.valueBits]),
		canonical(U2.map((name) => advertOf(name).epoch)),
		'1',
	);

	const pairMask = (i: string, j: string): readonly bigint[] => {
		const [low, high] = [i, j].toSorted();
		return prg(
			hkdf(agree(raw(member(i).maskSecret), advertOf(j).maskKey), sid, `mask/${low}/${high}`),
			terms,
		);
	};
	const selfMask = (i: string): readonly bigint[] =>
		prg(hkdf(raw(member(i).selfMask), sid, `self/${i}`), terms);
	/** k_iR of a blind network, from the researcher's side: always added. */
	const receiverMask = (i: string): readonly bigint[] =>
		receiver === undefined
			? []
			: prg(hkdf(agree(raw(receiver), advertOf(i).maskKey), sid, `receiver/${i}`), terms);
	if (receiver !== undefined) check("the researcher's key", terms.receiverKey, publicOf(raw(receiver)));
	const wordsOf = (cells: readonly bigint[]): Bytes =>
		Buffer.concat(cells.map((cell) => littleEndian(cell, terms.valueBits)));
	const claims = of('masked-input').map(({ hospital, shares, commitment, signature }) => {
		const { input, inputSalt, counts } = member(hospital);
		const y = input.map((x, cell) =>
			U2.filter((j) => j !== hospital).reduce(
				(sum, j) => sum + (j > hospital ? 1n : -1n) * (pairMask(hospital, j)[cell] ?? 0n),
				BigInt(x) + (selfMask(hospital)[cell] ?? 0n) + (receiverMask(hospital)[cell] ?? 0n),
			),
		);
		const bytes = wordsOf(y);
		check(`${hospital}: masked vector`, shares, b64(bytes));
		check(
			`${hospital}: commitment to the input`,
			commitment,
			b64(H('input', sid, hospital, raw(inputSalt), wordsOf(counts.map(BigInt)))),
		);
		const claim = { hospital, hash: b64(H('masked-shares', sid, bytes)), commitment };
		signed('input', hospital, ['masked-input', sid, claim], signature);
		return claim;
	});
	const U3 = claims.map(({ hospital }) => hospital);
	for (const { hospital, signature } of of('consistency'))
		signed('roster', hospital, ['roster', sid, [U3, claims.map(({ hash }) => hash)]], signature);

	const shown = of('unmask');
	for (const { hospital, selfMasks, maskKeys, signature } of shown) {
		signed('unmask', hospital, ['unmask', sid, { hospital, selfMasks, maskKeys }], signature);
		check(
			`${hospital}: of whom it shows what`,
			[selfMasks, maskKeys].map((list) => list.map((one) => one.of)),
			[U3, U2.filter((name) => !U3.includes(name))],
		);
		for (const { of: from, share } of selfMasks)
			if (from !== hospital)
				check(`${hospital}: self mask of ${from}`, share, b64(dealtTo(from, hospital).subarray(0, 33)));
		for (const { of: from, share } of maskKeys)
			if (from !== hospital)
				check(`${hospital}: mask key of ${from}`, share, b64(dealtTo(from, hospital).subarray(33)));
	}
	const rebuilt = (kind: 'selfMasks' | 'maskKeys', name: string): string =>
		b64(
			interpolate(
				shown
					.slice(0, terms.parameters.threshold)
					.map((one) => raw(one[kind].find((share) => share.of === name)?.share ?? '')),
			),
		);
	for (const name of U2) {
		const kind = U3.includes(name) ? 'selfMasks' : 'maskKeys';
		check(
			`rebuilt ${kind} of ${name}`,
			rebuilt(kind, name),
			kind === 'selfMasks' ? member(name).selfMask : member(name).maskSecret,
		);
	}
	// The degree of what was dealt: t of the shares that were sealed give the secret, and t - 1 do not.
	const { threshold } = terms.parameters;
	for (const { hospital, sealed } of dealt) {
		const { selfMask: b, maskSecret: s } = member(hospital);
		for (const [secret, from, to] of [[b, 0, 33] as const, [s, 33, 66] as const]) {
			const opened = sealed.map((box) => dealtTo(hospital, box.to).subarray(from, to));
			const given = (count: number): string => b64(interpolate(opened.slice(0, count)));
			if (opened.length >= threshold) check(`${hospital}: t shares`, given(threshold), secret);
			if (given(threshold - 1) === secret) found.push(`${hospital}: t - 1 shares give a secret away`);
		}
	}
	const sum = Array.from({ length: terms.cells }, (_, cell) =>
		String(U3.reduce((total, name) => total + BigInt(member(name).input[cell] ?? 0), 0n)),
	);
	const sealed = sum.map((cell, at) =>
		U3.reduce((total, name) => total + (receiverMask(name)[at] ?? 0n), BigInt(cell)),
	);
	const left = receiver === undefined ? {} : { sealed: b64(wordsOf(sealed)) };
	check('the sum', outcome, { contributors: U3, cells: sum, ...left });
	return found;
}
