// Looks at the machine a daemon runs on: Node's version, its folder, its secrets, the room on its disk.

import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Finding, right, warning, wrong } from './finding.ts';

const leastNode = 24;
const [scarceBytes, fewBytes] = [104_857_600, 1_073_741_824];

export function checkNodeVersion(version: string): Finding {
	const major = Number(version.split('.')[0]);
	if (major >= leastNode) return right('node version', version);
	return wrong('node version', version, `run it on Node ${leastNode} or newer`);
}

export async function checkStateFolder(folder: string): Promise<readonly Finding[]> {
	const found = await stat(folder).catch(() => null);
	if (found === null || !found.isDirectory()) {
		return [wrong('state folder', `${folder} is not there`, 'run init first, or mend `state` in the file')];
	}
	const findings: Finding[] = [];
	if ((found.mode & 0o077) !== 0) {
		findings.push(wrong('state folder', 'others may enter it', `chmod 700 ${folder}`));
	}
	const writable = await access(folder, constants.W_OK).then(
		() => true,
		() => false,
	);
	if (!writable) findings.push(wrong('state folder', 'cannot be written to', `give this user ${folder}`));
	if (findings.length === 0) findings.push(right('state folder', `${folder} is this user's alone`));
	return [...findings, await checkRoom(folder)];
}

async function checkRoom(folder: string): Promise<Finding> {
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	const text = `${(free / 1e9).toFixed(1)} GB free`;
	if (free < scarceBytes) return wrong('disk', text, 'make room: a daemon that cannot write answers nothing');
	return free < fewBytes ? warning('disk', text, 'make room soon') : right('disk', text);
}

/** A file that holds a secret: there, and its owner's alone. */
export async function checkSecret(file: string): Promise<Finding> {
	const name = basename(file);
	const found = await stat(file).catch(() => null);
	if (found === null) return wrong(`secret ${name}`, 'is not there', `${file} is needed`);
	if ((found.mode & 0o077) !== 0) return wrong(`secret ${name}`, 'others may read it', `chmod 600 ${file}`);
	return right(`secret ${name}`, "is its owner's alone");
}
