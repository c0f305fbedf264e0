// Holds where randomness comes from: the operating system, handed down from the starts; no seeded stream makes a key, a
// mask or noise. Violations are sentences.

import { allImports } from './arrows.ts';
import { withoutComments } from './imports.ts';
import { isTestOnly, type Sources } from './sources.ts';

/** Production files that name each of these, and why they may. All others take what they are handed. */
export const randomnessUsers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	systemRandom: {
		'cli/src/commands/containers-commands.ts': 'a start',
		'cli/src/commands/coordinator-commands.ts': 'a start',
		'cli/src/commands/network-commands.ts': 'a start',
		'cli/src/commands/node-commands.ts': 'a start',
		'cli/src/commands/restore-command.ts': 'a start',
		'shared/src/index.ts': 'the barrel',
		'shared/src/system.ts': 'makes it, of the platform',
	},
	'the platform': {
		'cli/src/issuer/start-issuer.ts': 'signs the cookies of the simulated issuer',
		'shared/src/database/database.ts': 'jitter between attempts of one transaction',
		'shared/src/system.ts': 'systemRandom',
	},
	'a cipher': {
		'shared/src/audit/audit-leaf.ts': 'seals an entry under a key drawn for it',
		'shared/src/secagg/mask-stream.ts': 'the masks that two hospitals agreed on',
		'shared/src/secagg/sealed-box.ts': 'seals shares from one hospital to another',
	},
	'a source of bytes': {
		'shared/src/clock-and-random.ts': 'says what one is',
		'shared/src/noise/random-blocks.ts': 'hands on what it was given, in its order',
		'shared/src/system.ts': 'systemRandom',
	},
};

const uses: Readonly<Record<string, RegExp>> = {
	systemRandom: /\bsystemRandom\b/,
	'the platform':
		/\b(?:randomBytes|randomFill|randomFillSync|randomUUID|randomInt|getRandomValues|randombytes\w*)\b/,
	'a cipher': /\bcreateCipheriv\b/,
	// What a `Random` is made of: `bytes` as a function of a length, in whichever way it is written.
	'a source of bytes':
		/\bbytes\s*(?::\s*(?:async\s*)?(?:function\b|\w+\s*=>|\([^()]*\)\s*(?::[^=;]*)?=>\s*[^;\s])|\([^()]*\)\s*(?::\s*\w+\s*)?\{)/,
};

/** As `randomnessUsers`, of the program as it is. */
export function usersOfRandomness(sources: Sources): Readonly<Record<string, readonly string[]>> {
	return Object.fromEntries(
		Object.entries(uses).map(([name, pattern]) => [
			name,
			codeOf(sources).flatMap(([path, code]) => (pattern.test(code) ? [path] : [])),
		]),
	);
}

/** What was handed in under this name, by itself or as a part of something. */
const handedOn = /^(?:systemRandom|(?:\w+\.)*random)$/;
/** A type, and not a value. */
const isType = /^(?:Random|RandomBlocks)\b/;

/** Every `random` of the program is one that it was handed, under the same name all the way. */
export function seededViolations(sources: Sources): readonly string[] {
	const made = codeOf(sources).flatMap(([path, code]) => {
		const given = [...code.matchAll(/\brandom(?:\s*:\s*Random)?\s*[:=](?![=>])\s*([^\n,;}]+)/g)].map(
			([, value = '']) => value.trim().replace(/\)+$/, ''),
		);
		return given
			.filter((value) => !isType.test(value) && !handedOn.test(value))
			.map((value) => `${path} makes its randomness of ${value}`);
	});
	const imported = allImports(sources)
		.filter(({ from }) => !isTestOnly(from))
		.flatMap(({ from, names }) =>
			names
				.filter((name) => /(?:seeded|counting|biased|fixed|fake)Random/i.test(name))
				.map((name) => `${from} imports ${name}`),
		);
	return [...made, ...imported];
}

function codeOf(sources: Sources): readonly (readonly [path: string, code: string])[] {
	return [...sources]
		.filter(([path]) => !isTestOnly(path))
		.map(([path, text]) => [path, withoutComments(text)] as const);
}
