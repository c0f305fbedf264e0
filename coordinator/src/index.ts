// The coordinator as a library: founding, inviting, starting, and checking what it signed.

export type { CoordinatorConfig } from './config.ts';
export { parseCoordinatorConfig } from './config.ts';
export { exportCoordinatorAudit } from './export-audit.ts';
export type { FoundedKeys } from './init-coordinator.ts';
export { InvitationRefused, initCoordinator, inviteHospitals } from './init-coordinator.ts';
export type { Founding } from './membership/founding.ts';
export { parseFounding } from './membership/founding.ts';
export type { InvitationFile } from './membership/invitation.ts';
export {
	everyCoordinatorMigration,
	locationOf as coordinatorLocation,
	NotFounded,
} from './open-coordinator.ts';
export { subjectOfAnswer, verifyAnswer } from './release/compose-answer.ts';
export type { Released } from './release/decide-release.ts';
export { decideRelease } from './release/decide-release.ts';
export type { ReleasedCell } from './release/released-cell.ts';
export type { CoordinatorDeps, RunningCoordinator } from './start-coordinator.ts';
export { startCoordinator } from './start-coordinator.ts';
