/**
 * One resource of each type that the program authors, with every element that it can write. All of
 * it is made up.
 */
const LOINC = "http://loinc.org";
const CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";
const SECURITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
const DICOM = "http://dicom.nema.org/resources/ontology/DCM";
const LOCAL = "https://example.org/made-up/codes";
const SAID = "2026-03-07T08:15:00+01:00";
const RECORDED = "2026-03-07T08:16:30.250Z";
// In one of R4's common languages: the validator takes no others without a terminology server.
const WORDS = "Made up: ঈদের আগে বাড়ি যেতে চাই, “যদি পারি”.";
const TEXT_IN_BASE64 = Buffer.from(WORDS).toString("base64");

const patient = { reference: "Patient/made-up-1", display: "Made-up Patient" };
const stay = { reference: "Encounter/made-up-2" };
const nurse = { reference: "Practitioner/made-up-3", type: "Practitioner", display: "Made Up" };
const ward = { reference: "Organization/made-up-4" };
const meta = {
  security: [{ system: SECURITY, code: "R", display: "restricted" }],
  tag: [{ system: LOCAL, code: "made-up" }],
};
const identifier = [
  {
    use: "official",
    type: { text: "made up" },
    system: "urn:ietf:rfc:3986",
    value: "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10",
  },
];
const period = { start: SAID, end: RECORDED };
const absent = (code) => ({
  system: "http://terminology.hl7.org/CodeSystem/data-absent-reason",
  code,
});
const concept = (code, text) => ({ coding: [{ system: LOCAL, code }], text });
const note = [{ text: "Made up: said at breakfast." }, { text: "Made up: said again." }];
const whatMatters = {
  coding: [
    { system: LOINC, code: "95541-9", display: "Care experience preference" },
    { system: LOINC, code: "81363-4" },
  ],
  text: "What matters to me",
};

/** A statement as US Core's care experience preference has it; `more` goes into it. */
const statement = (more) => ({
  resourceType: "Observation",
  id: "made-up",
  meta,
  identifier,
  status: "final",
  category: [
    { coding: [{ system: CATEGORY, code: "survey", display: "Survey" }] },
    {
      coding: [
        {
          system: "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
          code: "care-experience-preference",
        },
      ],
    },
  ],
  code: whatMatters,
  subject: patient,
  encounter: stay,
  effectiveDateTime: SAID,
  issued: RECORDED,
  performer: [patient, { reference: "RelatedPerson/made-up" }],
  note,
  method: { text: "In person" },
  derivedFrom: [{ reference: "QuestionnaireResponse/made-up" }],
  ...more,
});

export const STATEMENT = statement({ language: "bn", valueString: WORDS });

export const AUTHORED = [
  STATEMENT,
  statement({ dataAbsentReason: { coding: [absent("asked-declined")] } }),
  statement({ valueCodeableConcept: concept("yes", "Yes") }),
  {
    resourceType: "Flag",
    id: "made-up",
    meta,
    identifier,
    status: "inactive",
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/flag-category",
            code: "admin",
          },
        ],
      },
    ],
    code: concept("strain", "The team says that it is under strain"),
    subject: ward,
    period,
    author: ward,
  },
  {
    resourceType: "QuestionnaireResponse",
    id: "made-up",
    meta,
    language: "bn",
    identifier: identifier[0],
    questionnaire: "https://example.org/made-up/Questionnaire/what-matters|1",
    status: "completed",
    subject: patient,
    encounter: stay,
    authored: RECORDED,
    source: patient,
    item: [
      {
        linkId: "now",
        answer: [
          {
            valueString: WORDS,
            item: [
              {
                linkId: "now.method",
                answer: [{ valueCoding: { system: LOCAL, code: "in-person" } }],
              },
            ],
          },
        ],
      },
      { linkId: "more", item: [{ linkId: "asked", answer: [{ valueBoolean: false }] }] },
    ],
  },
  {
    resourceType: "DocumentReference",
    id: "made-up",
    meta,
    language: "bn",
    identifier,
    status: "current",
    docStatus: "final",
    type: { coding: [{ system: LOINC, code: "51855-5", display: "Patient Note" }] },
    category: [concept("note", "Note")],
    subject: patient,
    date: RECORDED,
    author: [patient],
    relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/made-up-6" } }],
    description: "What matters to me",
    securityLabel: [{ coding: [{ system: SECURITY, code: "R" }] }],
    content: [
      {
        attachment: {
          contentType: "text/plain; charset=utf-8",
          language: "bn",
          data: TEXT_IN_BASE64,
          url: "https://example.org/made-up/Binary/1",
          size: Buffer.byteLength(WORDS),
          title: "What matters to me",
          creation: SAID,
        },
      },
    ],
    context: {
      encounter: [stay],
      period,
    },
  },
  {
    resourceType: "Communication",
    id: "made-up",
    meta,
    language: "bn",
    identifier,
    status: "completed",
    subject: patient,
    topic: whatMatters,
    encounter: stay,
    sent: SAID,
    recipient: [ward],
    sender: nurse,
    payload: [
      { contentString: WORDS },
      { contentAttachment: { contentType: "text/plain", data: TEXT_IN_BASE64 } },
      { contentReference: { reference: "Observation/made-up" } },
    ],
  },
  {
    resourceType: "Task",
    id: "made-up",
    meta,
    language: "bn",
    identifier,
    status: "requested",
    intent: "proposal",
    code: concept("read", "Read what matters"),
    description: WORDS,
    for: patient,
    encounter: stay,
    authoredOn: SAID,
    owner: ward,
    note,
  },
  {
    resourceType: "Provenance",
    id: "made-up",
    meta,
    target: [
      {
        reference: "Observation/made-up",
        identifier: {
          system: "urn:ietf:rfc:3986",
          value: "urn:uuid:00000000-0000-4000-8000-000000000001",
        },
      },
    ],
    occurredDateTime: SAID,
    recorded: RECORDED,
    policy: ["https://example.org/made-up/policy"],
    location: { reference: "Location/made-up" },
    reason: [concept("reason", "Reason")],
    activity: concept("create", "Create"),
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT, code: "author" }] },
        role: [concept("role", "Role")],
        who: patient,
      },
      {
        type: { coding: [{ system: PARTICIPANT, code: "enterer" }] },
        who: nurse,
        onBehalfOf: ward,
      },
    ],
    entity: [{ role: "revision", what: { reference: "Observation/made-up-5" } }],
  },
  {
    resourceType: "AuditEvent",
    id: "made-up",
    meta,
    type: {
      system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
      code: "rest",
      display: "RESTful Operation",
    },
    subtype: [{ system: "http://hl7.org/fhir/restful-interaction", code: "create" }],
    action: "C",
    period,
    recorded: RECORDED,
    outcome: "0",
    outcomeDesc: "Success",
    purposeOfEvent: [concept("care", "Care")],
    agent: [
      {
        type: { coding: [{ system: DICOM, code: "110153", display: "Source Role ID" }] },
        role: [concept("role", "Role")],
        who: nurse,
        altId: "made-up",
        name: "Made Up",
        requestor: true,
        location: { reference: "Location/made-up" },
        policy: ["https://example.org/made-up/jti/1"],
        network: { address: "192.0.2.1", type: "2" },
        purposeOfUse: [concept("care", "Care")],
      },
    ],
    source: {
      site: "made-up",
      observer: { display: "What Matters" },
      type: [
        {
          system: "http://terminology.hl7.org/CodeSystem/security-source-type",
          code: "4",
        },
      ],
    },
    entity: [
      {
        what: { reference: "Observation/made-up" },
        type: {
          system: "http://terminology.hl7.org/CodeSystem/audit-entity-type",
          code: "2",
        },
        role: { system: "http://terminology.hl7.org/CodeSystem/object-role", code: "4" },
        lifecycle: {
          system: "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle",
          code: "1",
        },
        securityLabel: [{ system: SECURITY, code: "R" }],
        name: "made-up",
        description: "Made up",
        detail: [
          { type: "request", valueString: "made-up" },
          { type: "hash", valueBase64Binary: TEXT_IN_BASE64 },
        ],
      },
      { query: Buffer.from("code=x").toString("base64") },
    ],
  },
];

/** What a transaction asks for that makes a statement and says where it comes from. */
export const REQUESTS = [
  {
    method: "POST",
    url: "Observation",
    fullUrl: "urn:uuid:0f9a2e0c-6d4c-4a8e-9b61-000000000001",
    ifNoneExist: "identifier=urn:ietf:rfc:3986|urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10",
    resource: { ...STATEMENT, id: undefined, derivedFrom: undefined },
  },
  {
    method: "PUT",
    url: "Flag/made-up",
    fullUrl: "https://example.org/made-up/fhir/Flag/made-up",
    ifMatch: 'W/"3"',
    resource: AUTHORED.find(({ resourceType }) => resourceType === "Flag"),
  },
  { method: "DELETE", url: "Flag/made-up-9" },
  { method: "GET", url: "Patient/made-up-1" },
];
