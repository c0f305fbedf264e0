// The one command line of Cordon: what each word does, and nothing of how.

import { Command } from '@commander-js/extra-typings';
import { auditKeygen, auditKeys, auditVerify } from './commands/audit-commands.ts';
import { authzCheck, authzSync } from './commands/authz-commands.ts';
import { containersProgram } from './commands/containers-program.ts';
import {
	coordinatorAudit,
	coordinatorInit,
	coordinatorInvite,
	coordinatorStart,
} from './commands/coordinator-commands.ts';
import { coordinatorDoctor, nodeDoctor } from './commands/doctor-command.ts';
import { issuerStart } from './commands/issuer-start.ts';
import { askFolder, query, up } from './commands/network-commands.ts';
import {
	nodeCall,
	nodeCheck,
	nodeInit,
	nodeLedger,
	nodeOpenInput,
	nodeStart,
	nodeStream,
} from './commands/node-commands.ts';
import { nodeRestoreAccept } from './commands/restore-command.ts';
import { printSchema, schemaNames } from './commands/schema-command.ts';
import { synth } from './commands/synth-command.ts';
import { wholeNumber } from './commands/whole-number.ts';
import { runDemo } from './demo/run-demo.ts';
import { Interrupted } from './processes/interruption.ts';
import { readJsonFile } from './processes/read-json-file.ts';
import { describeFailure } from './report/describe-failure.ts';

const program = new Command('cordon')
	.description('Ask across hospitals, move no patient: federated radiogenomics queries.')
	.showHelpAfterError('(add --help for what is possible)');

const postgres = [
	'--postgres <url>',
	'server on this machine that may make databases; each party gets its own instead of an embedded one',
] as const;
const openfga = [
	'--openfga <url>',
	'server on this machine; each node gets a store instead of its own evaluator',
] as const;

program
	.command('demo')
	.description('make four hospitals, run their network, ask it, and set the answers beside the truth')
	.option('--json', 'one JSON line on standard output, progress on standard error', false)
	.option('--patients <number>', 'patients of all hospitals together', wholeNumber, 2000)
	.option('--hospitals <number>', 'hospitals', wholeNumber, 4)
	.option('--seed <number>', 'the same seed makes the same files', wholeNumber, 1)
	.option('--keep <folder>', 'write the network folder here and keep it')
	.action(runDemo);

program
	.command('synth')
	.description('write a synthetic network folder: DICOM, VCF, FHIR and CSV files, questions, and the truth')
	.argument('<folder>', 'made if absent; must be empty')
	.option('--patients <number>', 'patients of all hospitals together', wholeNumber, 2000)
	.option('--hospitals <number>', 'hospitals', wholeNumber, 4)
	.option('--seed <number>', 'the same seed makes the same files', wholeNumber, 1)
	.action(synth);

program
	.command('up')
	.description('start the network of a folder: issuer, coordinator and a node for each hospital')
	.argument('<folder>', 'holds a network.yaml, see docs/network-folder.md')
	.option('--state <folder>', 'keys and stores; default FOLDER/.cordon')
	.option(...postgres)
	.option(...openfga)
	.action(up);

program
	.command('query')
	.description('ask a network that is up; the answer of a blind one is opened here')
	.requiredOption('-f, --file <question>', 'question file, see docs/query-language.md')
	.option('--network <folder>', 'the folder given to `up`', '.')
	.option('--state <folder>', 'as given to `up`')
	.option('--as <person>', 'who asks; default the first member of the project')
	.option('--json', 'the answer as one JSON line', false)
	.action(({ file, network, state, as: person, json }) => query(file, { network, state, person, json }));

program
	.command('ask')
	.description('start the network of a folder, ask it questions, stop it; exit 0 when all were released')
	.argument('<folder>', 'holds a network.yaml')
	.argument('<questions...>', 'question files')
	.option('--state <folder>', 'keep keys and stores here; without it they are removed at the end')
	.option('--as <person>', 'who asks; default the first member of the project')
	.option('--json', 'one JSON line: {"cordon":1,"answers":[...]}', false)
	.option(...postgres)
	.option(...openfga)
	.action((folder, questions, { as: person, ...options }) =>
		askFolder(folder, questions, { person, ...options }),
	);

const node = program.command('node').description("a hospital's node");
const config = ['--config <file>', 'node.yaml, see docs/operations.md'] as const;

node
	.command('init')
	.description('make the keys and enrol by an invitation')
	.requiredOption(...config)
	.requiredOption('--invitation <file>', 'from the coordinator')
	.option('--if-new', 'do nothing where it is enrolled already', false)
	.action(({ config: file, ...options }) => nodeInit(file, options));
node
	.command('start')
	.description('run the node')
	.requiredOption(...config)
	.action(({ config: file }) => nodeStart(file));
node
	.command('check')
	.description('read configuration, dictionary, mapping and authorization, and say what is wrong')
	.requiredOption(...config)
	.action(({ config: file }) => nodeCheck(file));
node
	.command('ingest')
	.description('read the sources into a new snapshot')
	.requiredOption(...config)
	.action(({ config: file }) => nodeStream(file, { method: 'POST', path: '/ingest' }));
node
	.command('preview')
	.description('show what a question would compute and what would leave; sends nothing')
	.requiredOption(...config)
	.argument('<question>', 'question file')
	.action(async (question, { config: file }) =>
		nodeCall(file, { method: 'POST', path: '/preview', body: await readJsonFile(question) }),
	);
node
	.command('accept')
	.description('agree to the manifest that `node manifest` showed, by its hash: the node signs that one only')
	.requiredOption(...config)
	.argument('<hash>', 'compared with the other hospitals, on another way than the coordinator')
	.action((hash, { config: file }) =>
		nodeCall(file, { method: 'POST', path: '/manifest/accept', body: { hash } }),
	);
for (const [name, method, path, what] of [
	['status', 'GET', '/status', 'show state, epoch and whether answering is paused'],
	['manifest', 'GET', '/manifest', 'show the manifest to accept: members, keys, issuers, policy'],
	['pause', 'POST', '/pause', 'stop answering at once'],
	['resume', 'POST', '/resume', 'answer again'],
] as const) {
	node
		.command(name)
		.description(what)
		.requiredOption(...config)
		.action(({ config: file }) => nodeCall(file, { method, path }));
}

node
	.command('ledger')
	.description('show the privacy budget spent, reserved and left: by epoch, life, project, person')
	.requiredOption(...config)
	.option('--json', 'one JSON document', false)
	.action(nodeLedger);
node
	.command('open-input')
	.description(
		'check what was answered in a session against its commitment, the log and a recount; exit 1 where they differ',
	)
	.requiredOption(...config)
	.argument('<session>', '64 hex digits, as in the audit log')
	.option(
		'--counts',
		"show the numbers too: true counts of this hospital's patients, for nobody outside it",
		false,
	)
	.option('--json', 'one JSON line', false)
	.action(nodeOpenInput);
node
	.command('doctor')
	.description(
		'say line by line what is right, what is wrong, and how to mend it; exit 1 where anything is wrong',
	)
	.requiredOption(...config)
	.option('--json', 'one JSON line', false)
	.action(nodeDoctor);
node
	.command('restore-accept')
	.description(
		'accept a database that came from a backup: voids what is open, charges what may have been spent',
	)
	.requiredOption(...config)
	.action(({ config: file }) => nodeRestoreAccept(file));

const authz = node.command('authz').description("the hospital's OpenFGA server, see docs/operations.md");
authz
	.command('sync')
	.description('bring the store in line with the authorization file; the first time, make it')
	.requiredOption(...config)
	.action(({ config: file }) => authzSync(file));
authz
	.command('check')
	.description(
		'say how the store differs from the authorization file, and change nothing; exit 1 where it does',
	)
	.requiredOption(...config)
	.action(({ config: file }) => authzCheck(file));

const coordinator = program.command('coordinator').description('the party that carries questions and merges');
const coordinatorConfig = ['--config <file>', 'coordinator.yaml'] as const;

coordinator
	.command('init')
	.description('found a network')
	.requiredOption(...coordinatorConfig)
	.requiredOption('--founding <file>', 'founding document, JSON or YAML')
	.action(({ config: file, founding }) => coordinatorInit(file, founding));
coordinator
	.command('invite')
	.description('write the invitation file of a hospital')
	.requiredOption(...coordinatorConfig)
	.argument('<hospital>', 'id in the founding document')
	.requiredOption('--output <file>', 'must not exist')
	.action((hospital, { config: file, output }) => coordinatorInvite(file, hospital, output));
coordinator
	.command('start')
	.description('run the coordinator')
	.requiredOption(...coordinatorConfig)
	.action(({ config: file }) => coordinatorStart(file));

coordinator
	.command('doctor')
	.description(
		'say line by line what is right, what is wrong, and how to mend it; exit 1 where anything is wrong',
	)
	.requiredOption(...coordinatorConfig)
	.option('--json', 'one JSON line', false)
	.action(coordinatorDoctor);

const issuer = program.command('issuer').description("the simulation's identity provider");
issuer
	.command('start')
	.description('run the issuer')
	.requiredOption('--config <file>', 'issuer.json')
	.action(({ config: file }) => issuerStart(file));

const audit = program.command('audit').description('transparency logs and receipts');
audit
	.command('verify')
	.description(
		'verify an exported log, or the receipt in an answer, offline; exit 1 where a byte is not as signed',
	)
	.argument('<file>', 'exported log (NDJSON), answer or receipt (JSON)')
	.option('--manifest <file>', 'manifest.json in the state folder of a node: holds the keys of all logs')
	.option('--key <key>', "instead: the log's verifier key, name+hexid+base64")
	.option('--entry <number>', 'also print this entry')
	.option('--open <file>', "the compliance officer's key: print the sealed bodies")
	.action(auditVerify);
audit
	.command('keys')
	.description('print the verifier keys of all logs of a manifest')
	.argument('<manifest>', 'manifest.json in the state folder of a node')
	.action(auditKeys);
audit
	.command('export')
	.description('write a log to standard output')
	.option('--node <file>', 'node.yaml of a running node')
	.option('--coordinator <file>', 'coordinator.yaml of a coordinator that does not run')
	.action(async ({ node: nodeFile, coordinator: coordinatorFile }) => {
		if (nodeFile !== undefined) return nodeStream(nodeFile, { method: 'GET', path: '/audit' });
		if (coordinatorFile !== undefined) return coordinatorAudit(coordinatorFile);
		throw new Error('give --node FILE or --coordinator FILE');
	});
audit
	.command('keygen')
	.description('make a key pair for a compliance officer')
	.argument('<file>', 'must not exist')
	.action(auditKeygen);

program.addCommand(containersProgram());

program
	.command('schema')
	.description('print a JSON Schema for editors')
	.argument('<name>', schemaNames.join(' or '))
	.action(printSchema);

try {
	await program.parseAsync();
} catch (error) {
	// Our own errors name the file and the mend. A stack trace helps only whoever set CORDON_DEBUG.
	console.error(`cordon: ${describeFailure(error)}`);
	if (process.env['CORDON_DEBUG'] !== undefined && error instanceof Error) console.error(error.stack);
	// What it was waiting for may go on for long, and nobody waits for it.
	if (error instanceof Interrupted) process.exit(130);
	process.exitCode = 1;
}
