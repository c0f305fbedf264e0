export type { AuditEntry, AuditLog, Decision } from './audit/audit-entry.ts';
export { openBody } from './audit/audit-leaf.ts';
export type { LogIdentity, TransparencyLog } from './audit/create-audit-log.ts';
export { appendEntry, auditMigration, createAuditLog } from './audit/create-audit-log.ts';
export type { LoggedEntry } from './audit/logged-entries.ts';
export {
	logGrowth,
	logRoot,
	logSize,
	refillLog,
	rootOfCheckpoint,
	rootOfEntries,
} from './audit/logged-entries.ts';
export type { RecentEntries } from './audit/recent-entries.ts';
export { recentEntries } from './audit/recent-entries.ts';
export type { AuditFault, ExportHeader, ExportLine, Receipt } from './audit/verify-audit.ts';
export { verifyExport, verifyReceipt } from './audit/verify-audit.ts';
export type { Clock, Random } from './clock-and-random.ts';
export { fitCells } from './confidence/fit-cells.ts';
export type {
	NoisedAnswer,
	NoisedCell,
	NoisedMargin,
	NoisedNumber,
	NoiseReach,
} from './confidence/noised-answer.ts';
export { isPlausibleSum, noisedAnswer, noiseReach } from './confidence/noised-answer.ts';
export type { ArrayType } from './database/array-parameter.ts';
export { arrayLiteral, arrayParameter } from './database/array-parameter.ts';
export type { Database, DatabaseLocation, PostgresLimits, Tx } from './database/database.ts';
export { DatabaseFault, lockForTransaction, openDatabase, rowsOf } from './database/database.ts';
export type { Migration } from './database/migrate.ts';
export { migrate } from './database/migrate.ts';
export type { MigrationState } from './database/migration-state.ts';
export { migrationState } from './database/migration-state.ts';
export { FolderInUse, ownFolder } from './database/own-folder.ts';
export { codeSystemOf } from './dictionary/code-systems.ts';
export type * from './dictionary/dictionary.ts';
export { dictionaryHash } from './dictionary/dictionary-hash.ts';
export type { DictionaryLookup } from './dictionary/dictionary-lookup.ts';
export { codeKey, conditionAndDescendants, dictionaryLookup } from './dictionary/dictionary-lookup.ts';
export type { GenomeSpan } from './dictionary/genes-at.ts';
export { genesAt } from './dictionary/genes-at.ts';
export { parseDictionary } from './dictionary/parse-dictionary.ts';
export { type CborValue, decodeCbor, encodeCbor } from './envelope/cbor.ts';
export type { Envelope, EnvelopeExpectation, EnvelopeFault } from './envelope/envelope.ts';
export { envelopeType, openEnvelope, readUnverified, sealEnvelope } from './envelope/envelope.ts';
export { categoryOf } from './evaluate/category-of.ts';
export { elementValue } from './evaluate/element-value.ts';
export { evaluate } from './evaluate/evaluate.ts';
export type * from './evaluate/patient-record.ts';
export { truthOf } from './evaluate/truth-of.ts';
export {
	comparesReleases,
	comparisonLength,
	comparisonStarts,
	epochsCompared,
	isCompared,
	mostExactCohorts,
} from './exact/compared-releases.ts';
export type { EarlierRelease } from './exact/earlier-release.ts';
export type { PublishedTable } from './exact/published-table.ts';
export { cohortKey, setsOf } from './exact/published-table.ts';
export type { Overlap, ReleasePair } from './exact/tells-of-few.ts';
export { tellsOfFew } from './exact/tells-of-few.ts';
export { vectorLength } from './exact/vector-length.ts';
export { canonicalJson, hashParts, toHex } from './hash.ts';
export type { DpopExpectation, DpopProofContent } from './identity/dpop-proof.ts';
export { createDpopProof, verifyDpopProof } from './identity/dpop-proof.ts';
export { createIssuerKeys } from './identity/issuer-keys.ts';
export { personId } from './identity/person-id.ts';
export { requestHash } from './identity/request-hash.ts';
export type { PublicRequestKey, RequestKey } from './identity/request-key.ts';
export { importRequestKey, newRequestKey } from './identity/request-key.ts';
export type { RequestExpectation, RequestPayload, VerifiedRequest } from './identity/signed-request.ts';
export { newRequestId, signRequest, verifyRequest } from './identity/signed-request.ts';
export type { AccessTokenExpectation, IssuerKeys, VerifiedToken } from './identity/verify-access-token.ts';
export { verifyAccessToken } from './identity/verify-access-token.ts';
export type { SigningSeed } from './keys.ts';
export {
	initCrypto,
	newSealingKeys,
	newSigningSeed,
	publicKeyOf,
	signBytes,
	toBase64Url,
	verifyBytes,
} from './keys.ts';
export type { BudgetCaps, OwnCaps } from './manifest/budget-caps.ts';
export { budgetCapsOf, isPayable, loweredCaps } from './manifest/budget-caps.ts';
export { isLoopbackHost, isPlainHttpOffLoopback } from './manifest/endpoint.ts';
export type { Epoch } from './manifest/epoch-of.ts';
export { epochBefore, epochOf, epochsBetween } from './manifest/epoch-of.ts';
export type * from './manifest/manifest.ts';
export { quietMs, replyAfterMs } from './manifest/reply-after.ts';
export type { ManifestFault } from './manifest/verify-manifest.ts';
export {
	isSignedBy,
	manifestHash,
	parsePolicy,
	parseSignedManifest,
	policyHash,
	signManifest,
	verifySignedManifest,
} from './manifest/verify-manifest.ts';
export type { Checkpoint } from './merkle/checkpoint.ts';
export { formatCheckpoint, parseCheckpoint } from './merkle/checkpoint.ts';
export type { NoteKey } from './merkle/signed-note.ts';
export { formatNoteKey, openNote, parseNoteKey, signNote } from './merkle/signed-note.ts';
export { messageValue } from './messages/message-value.ts';
export type * from './messages/messages.ts';
export { preparedLifeMs } from './messages/prepared-life.ts';
export { drawNoise } from './noise/draw-noise.ts';
export type { NoiseSpread } from './noise/noise-quantile.ts';
export { noiseQuantile } from './noise/noise-quantile.ts';
export type { NoisePlan } from './noise/polya-share.ts';
export { drawPolyaShare } from './noise/polya-share.ts';
export { decodeMaskedShare, encodeMaskedShare, maskCounts } from './numbers/masked-share.ts';
export { mergeSafeCounts, mergeShares } from './numbers/merged-count.ts';
export type * from './numbers/numbers.ts';
export { countPatients } from './numbers/raw-count.ts';
export { bytesOfRawCounts, readRawBytes } from './numbers/raw-count-bytes.ts';
export { readMerged, readReleased, releaseCount } from './numbers/released-count.ts';
export { addNoise, admitAtLeast, admitExact } from './numbers/safe-count.ts';
export { decodeSafeCounts, encodeSafeCounts } from './numbers/safe-count-wire.ts';
export type { Wire, WireRecord } from './numbers/wire.ts';
export { encodeWire } from './numbers/wire.ts';
export type { GaugeDescription, MetricLabels, MetricSample, Metrics } from './operations/create-metrics.ts';
export { createMetrics } from './operations/create-metrics.ts';
export type { ListenAddress, LogLevel } from './operations/operations-config.ts';
export { logLevels } from './operations/operations-config.ts';
export type {
	Check,
	CheckResult,
	Checks,
	MonitoringParts,
	MonitoringServer,
} from './operations/serve-monitoring.ts';
export { failed, passed, runChecks, serveMonitoring } from './operations/serve-monitoring.ts';
export { binLabels, categoriesOf, unknownCategory } from './plan/categories.ts';
export type { AskPermission } from './plan/make-plan.ts';
export { makePlan, planHash, requiredPermission } from './plan/make-plan.ts';
export type * from './plan/plan.ts';
export { planUnderPolicy } from './plan/plan-under-policy.ts';
export { networkSensitivity, networkThreshold } from './plan/release-terms.ts';
export { rhoMicrosOf } from './plan/rho-of-epsilon.ts';
export type { Sensitivity } from './plan/sensitivity-of.ts';
export { sensitivityOf } from './plan/sensitivity-of.ts';
export { canonicalHash } from './query/canonical-hash.ts';
export { canonicalQuery, queryHash } from './query/canonical-query.ts';
export { compareText, nearestNames } from './query/nearest-names.ts';
export { askKindOf } from './query/parse-ask.ts';
export { normalContig } from './query/parse-fact.ts';
export { parseQuestion, parseQuestionText } from './query/parse-question.ts';
export { purposePattern } from './query/purpose.ts';
export type * from './query/query.ts';
export { toQuestionJson } from './query/question-json.ts';
export { questionJsonSchema } from './query/question-json-schema.ts';
export { parseStrictJson } from './query/strict-json.ts';
export { convertUnit, isKnownUnit, unitsLike } from './query/units.ts';
export type { PublicCode, RefusalCode } from './refusals.ts';
export { publicCodeOf } from './refusals.ts';
export type { Err, Ok, Result } from './result.ts';
export { err, ok, unreachable } from './result.ts';
export type { AbandonPromise } from './secagg/abandon.ts';
export {
	certificateSize,
	isAbandonCertificate,
	isAbandonPromise,
	promiseAbandon,
} from './secagg/abandon.ts';
export {
	askCollector,
	awaitedByCollector,
	openCollector,
	prepareCollector,
	receiveAsCollector,
	withdraw,
} from './secagg/collector.ts';
export type {
	CollectorOutcome,
	CollectorPhase,
	CollectorState,
	CollectorStep,
	SignedInputs,
} from './secagg/collector-state.ts';
export type { SecaggAbort, SecaggFault } from './secagg/faults.ts';
export type { InputOpening } from './secagg/input-opening.ts';
export { inputCommitment } from './secagg/input-opening.ts';
export { isPublicKeyText } from './secagg/key-agreement.ts';
export type { MaskedStep } from './secagg/member.ts';
export { abandonMember, openMember, provideInput, receiveAsMember } from './secagg/member.ts';
export type { MemberSelf, MemberState, MemberStep } from './secagg/member-state.ts';
export type { CollectorBody, MemberBody, SecaggBody } from './secagg/messages.ts';
export { openSealedSum } from './secagg/open-sealed-sum.ts';
export { kindOfPacked } from './secagg/packed-kind.ts';
export {
	hearAsCollector,
	hearAsMember,
	type PackedText,
	packForCollector,
	packForMember,
} from './secagg/packed-session.ts';
export type { SecaggParameters } from './secagg/parameters.ts';
export { secaggParameters } from './secagg/parameters.ts';
export type { ReceiverKeys } from './secagg/receiver-key.ts';
export { decideReceiverKey, newReceiverKeys } from './secagg/receiver-key.ts';
export { residualEpsilon } from './secagg/residual-epsilon.ts';
export type { SealedSum } from './secagg/sealed-sum.ts';
export { parseSealedSum } from './secagg/sealed-sum.ts';
export { sessionParameters } from './secagg/session-parameters.ts';
export type { QuestionTerms, RosterEntry, SecaggTerms, SessionTerms } from './secagg/terms.ts';
export { questionTermsOf, sessionTermsOf } from './secagg/terms-of.ts';
export { valueBitsOfPlan } from './secagg/value-bits.ts';
export { Sensitive } from './sensitive.ts';
export type { CoordinatorStage, NodeStage } from './stages.ts';
export { coordinatorStages, nodeStages } from './stages.ts';
export { pause, systemClock, systemRandom } from './system.ts';
