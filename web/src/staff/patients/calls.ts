import {
  patient,
  patientDetails,
  patientExport,
  patientHistory,
  patientList,
  patientsFound,
  visitList,
  type PatientChangeInput,
  type patientErasure,
  type PatientId,
  type PatientInput,
  type PatientSearch,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

export const patientCalls = ({ ask, post }: Asking) => ({
  /** The newest 200 within reach. */
  patients: (signal: AbortSignal) => ask('/v1/patients', patientList, { signal }),
  findPatients: (search: PatientSearch, signal?: AbortSignal) =>
    ask('/v1/patients/search', patientsFound, { method: 'POST', body: search, ...(signal && { signal }) }),
  registerPatient: (input: PatientInput) => post('/v1/patients', patient, input),
  patient: (id: PatientId, signal: AbortSignal) => ask(`/v1/patients/${id}`, patientDetails, { signal }),
  changePatient: (id: PatientId, change: PatientChangeInput) =>
    ask(`/v1/patients/${id}`, patientDetails, { method: 'PATCH', body: change }),
  patientHistory: (id: PatientId) => ask(`/v1/patients/${id}/history`, patientHistory),
  visitsOfPatient: (id: PatientId, signal: AbortSignal) => ask(`/v1/patients/${id}/visits`, visitList, { signal }),
  mergePatient: (id: PatientId, into: PatientId) => post(`/v1/patients/${id}/merge`, patientDetails, { into }),
  exportPatient: (id: PatientId) => post(`/v1/patients/${id}/export`, patientExport),
  erasePatient: (id: PatientId, erasure: z.input<typeof patientErasure>) =>
    post(`/v1/patients/${id}/erase`, z.unknown(), erasure),
})
