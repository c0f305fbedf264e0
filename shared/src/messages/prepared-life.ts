// How long a session of secure aggregation may wait to be asked, as nodes and coordinator agree on it.

/** Its secrets lie in the nodes' databases for so long; milliseconds. */
export const preparedLifeMs = 3_600_000;
