// Loaded into a daemon before its own code (node --import): sets its wall clock wrong while it runs, as a bad time
// server does. The file named by CORDON_FAULTS_CLOCK holds the offset in milliseconds; SIGUSR2 says that it changed.

import { readFileSync } from 'node:fs';

const file = process.env['CORDON_FAULTS_CLOCK'] ?? '';
const RealDate = Date;
let offsetMs = 0;

class SkewedDate extends RealDate {
	constructor(...given: readonly unknown[]) {
		if (given.length === 0) super(RealDate.now() + offsetMs);
		else super(...(given as [number]));
	}
	static override now(): number {
		return RealDate.now() + offsetMs;
	}
}

globalThis.Date = SkewedDate as DateConstructor;

function readOffset(): void {
	offsetMs = Number(readFileSync(file, 'utf8'));
	process.stdout.write(`{"event":"clock","offsetMs":${offsetMs}}\n`);
}

readOffset();
process.on('SIGUSR2', readOffset);
