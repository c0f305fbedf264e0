// Founding, invitations, members and manifests on the coordinator's database.

import { canonicalJson, type Database, type Manifest, type Member, rowsOf, type Tx } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Founding } from '../membership/founding.ts';
import type { MembershipStore, StoredManifest } from '../ports.ts';
import { integerOf, jsonOf, textOf } from './columns.ts';

export function sqlMembershipStore(database: Database): MembershipStore {
	const all = (query: SQL) => database.read(async (tx) => rowsOf(await tx.execute(query)));
	const manifestWhere = (condition: SQL) => database.read((tx) => manifestOf(tx, condition));
	return {
		found: async (founding) => {
			const rows = await all(sql`insert into founding (one, document) values (1, ${canonicalJson(founding)})
				on conflict (one) do nothing returning one`);
			return rows.length === 1 ? 'founded' : 'already-founded';
		},
		founding: async () => {
			const [row] = await all(sql`select document from founding`);
			return row === undefined ? null : (jsonOf(row, 'document') as Founding);
		},
		invite: async ({ hospital, secretHash, expiresMs }) => {
			await all(sql`insert into invitation (hospital, secret_hash, expires_ms)
				values (${hospital}, ${secretHash}, ${expiresMs}) on conflict (hospital)
				do update set secret_hash = excluded.secret_hash, expires_ms = excluded.expires_ms`);
		},
		invitation: async (hospital) => {
			const [row] = await all(sql`select * from invitation where hospital = ${hospital}`);
			if (row === undefined) return null;
			return { hospital, secretHash: textOf(row, 'secret_hash'), expiresMs: integerOf(row, 'expires_ms') };
		},
		members: async () => {
			const rows = await all(sql`select document from member order by hospital`);
			return rows.map((row) => jsonOf(row, 'document') as Member);
		},
		enrol: (member) => database.transaction((tx) => enrol(tx, member)),
		draft: () => manifestWhere(sql`state = 'draft'`),
		current: () => manifestWhere(sql`state = 'current'`),
		manifest: (hash) => manifestWhere(sql`hash = ${hash}`),
		saveDraft: async (manifest, hash) => {
			await all(sql`insert into manifest (version, hash, state, document)
				values (${manifest.version}, ${hash}, 'draft', ${canonicalJson(manifest)}) on conflict do nothing`);
		},
		addSignature: async (hash, signer, signature) => {
			await all(sql`insert into manifest_signature (hash, signer, signature)
				values (${hash}, ${signer}, ${signature}) on conflict (hash, signer) do nothing`);
		},
		makeCurrent: (hash) =>
			database.transaction(async (tx) => {
				await tx.execute(sql`update manifest set state = 'past' where state = 'current' and hash <> ${hash}`);
				await tx.execute(sql`update manifest set state = 'current' where hash = ${hash}`);
			}),
	};
}

async function enrol(tx: Tx, member: Member): Promise<boolean> {
	const used = await tx.execute(
		sql`delete from invitation where hospital = ${member.hospital} returning hospital`,
	);
	if (rowsOf(used).length === 0) return false;
	const added = await tx.execute(sql`insert into member (hospital, document)
		values (${member.hospital}, ${canonicalJson(member)}) on conflict (hospital) do nothing returning hospital`);
	return rowsOf(added).length === 1;
}

/** One statement, because every request begins with it: a manifest and its signatures as they stood together. */
async function manifestOf(tx: Tx, condition: SQL): Promise<StoredManifest | null> {
	const [row] = rowsOf(
		await tx.execute(sql`select hash, document, coalesce((select json_object_agg(signer, signature)
			from manifest_signature where manifest_signature.hash = manifest.hash)::text, '{}') as signatures
			from manifest where ${condition}`),
	);
	if (row === undefined) return null;
	const signatures = jsonOf(row, 'signatures') as StoredManifest['signatures'];
	return { hash: textOf(row, 'hash'), manifest: jsonOf(row, 'document') as Manifest, signatures };
}
