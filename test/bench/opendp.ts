// Times the discrete Laplace sampler of OpenDP, where Python has it: the named tool beside which ours is measured.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const missingOpenDp =
	'no OpenDP: put the path of a Python that has the package opendp into CORDON_OPENDP_PYTHON';

export interface OpenDpTimes {
	readonly version: string;
	readonly elapsedMs: readonly number[];
	readonly processorMs: readonly number[];
}

/** A vector of integers in, one of integers out, as in ours; the conversion from and to Python's is in the time. */
const script = `
import json, sys, time
from importlib.metadata import version
import opendp.prelude as dp
dp.enable_features('contrib')
cells, scale, times = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
draw = dp.m.make_laplace(dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int), scale=scale)
zeros, elapsed, processor = [0] * cells, [], []
for repetition in range(times + 2):
    began, used = time.perf_counter(), time.process_time()
    assert len(draw(zeros)) == cells
    if repetition >= 2:
        elapsed.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
print(json.dumps({'version': version('opendp'), 'elapsedMs': elapsed, 'processorMs': processor}))
`;

/** Null where there is no such Python. Errors  throws where it is named and fails. */
export async function timeOpenDp(cells: number, scale: number, times: number): Promise<OpenDpTimes | null> {
	const named = process.env['CORDON_OPENDP_PYTHON'];
	const program = named ?? 'python3';
	try {
		const run = promisify(execFile)(program, ['-c', script, `${cells}`, `${scale}`, `${times}`]);
		return JSON.parse((await run).stdout) as OpenDpTimes;
	} catch (error) {
		if (named !== undefined) throw error;
		return null;
	}
}
