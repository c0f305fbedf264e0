// Says what the shorthand of a purpose looks like, for questions and for the files that permit purposes.

/**
 * A code of the Data Use Ontology (`HMB`), with the disease after a hyphen where it needs one (`DS-MONDO:0018177`). One
 * form for all, so that no hospital can be kept from permitting what a question may state.
 *
 * Source  GA4GH Data Use Ontology, shorthands.
 */
export const purposePattern: RegExp = /^[A-Z]{2,7}(-[A-Za-z0-9:._-]{1,40})?$/;
