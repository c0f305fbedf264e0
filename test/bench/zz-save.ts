import { readFile } from 'node:fs/promises';
import { initCrypto, migrate, openDatabase, rowsOf } from '@cordon/shared';
import { createSessionStore } from '../../node/src/adapters/session-store/session-store.ts';
import { nodeMigrations } from '../../node/src/open-adapters.ts';
import { startBenchServers } from './bench-servers.ts';
await initCrypto();
const servers = await startBenchServers(() => undefined);
const database = await openDatabase({ kind: 'postgres', url: servers!.postgresUrl, maxConnections: 1, statementTimeoutMs: 10000 });
await migrate(database, nodeMigrations);
const store = createSessionStore(database);
const pid = Number(rowsOf(await database.read((tx) => tx.execute('select pg_backend_pid() as p')))[0]!['p']);
const cpu = async (): Promise<number> => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6;
const record = (s: string): any => ({ session: s, requestId: `r${s}`, requestHash: 'x', ended: false, plan: { a: 'x'.repeat(2000) }, member: { v: 'y'.repeat(4000) }, deadlineMs: 1 });
async function time(name: string, n: number, work: (i: number) => Promise<unknown>): Promise<void> {
	for (let i = 0; i < 20; i += 1) await work(i);
	const a = await cpu(), c = process.cpuUsage(), t = performance.now();
	for (let i = 20; i < 20 + n; i += 1) await work(i);
	const d = process.cpuUsage(c);
	console.log(name, 'backend', ((await cpu() - a) / n).toFixed(3), 'client', ((d.user + d.system) / 1000 / n).toFixed(3), 'wall', ((performance.now() - t) / n).toFixed(3));
}
for (const mode of ['force_custom_plan', 'auto']) {
	await database.read((tx) => tx.execute(`set plan_cache_mode = ${mode}`));
	console.log(mode);
	let cursor = mode === 'auto' ? 10000 : 0;
	await time('select 1', 300, () => database.read((tx) => tx.execute('select 1')));
	await time('standing', 300, (i) => store.standing(`s${i}`));
	await time('save', 300, async (i) => { cursor += 1; await store.save({ record: record(`${mode}s${i % 5}`), outgoing: [{ id: `${mode}${i}`, message: { kind: 'secagg', session: 's', body: 'z'.repeat(500) } as any }], cursor }); await store.markSent(`${mode}${i}`); });
	await time('save cursor', 300, async () => { cursor += 1; await store.save({ record: null, outgoing: [], cursor }); });
}
await database.close();
await servers!.stop();
