import type { AuditFilter } from '@curtain/protocol'
import { PatientQuestion } from './patient-question.tsx'
import { PersonQuestion } from './person-question.tsx'
import type { StaffNames } from './use-staff-names.ts'
import { VisitQuestion } from './visit-question.tsx'
import { useLogWords } from './words.ts'

/** What people come to the log with. */
const questions = ['patient', 'person', 'visit', 'denied', 'everything'] as const
export type Question = (typeof questions)[number]

/** The question that a search answers. */
export function questionOf({ patientId, userId, visitId, outcome }: AuditFilter): Question {
  if (patientId !== undefined) return 'patient'
  if (visitId !== undefined) return 'visit'
  if (userId !== undefined) return 'person'
  return outcome === 'denied' ? 'denied' : 'everything'
}

interface QuestionsProps {
  asked: Question
  onAsk: (question: Question) => void
  onFilter: (filter: AuditFilter) => void
  filter: AuditFilter
  staff: StaffNames
}

/** The questions to begin with, and what has to be said for the one that is asked. */
export function Questions({ asked, onAsk, onFilter, filter, staff }: QuestionsProps) {
  const words = useLogWords()
  return (
    <>
      <fieldset className="log-questions" aria-labelledby="ask">
        {questions.map((question) => (
          <button key={question} type="button" aria-pressed={question === asked} onClick={() => onAsk(question)}>
            {words.questions[question]}
          </button>
        ))}
      </fieldset>
      {asked === 'patient' && <PatientQuestion key={filter.patientId} value={filter.patientId} onFound={(patientId) => onFilter({ patientId })} />}
      {asked === 'person' && (
        <PersonQuestion key={filter.userId} staff={staff} value={filter.userId} onChosen={(userId) => onFilter({ userId })} />
      )}
      {asked === 'visit' && <VisitQuestion key={filter.visitId} value={filter.visitId} onFound={(visitId) => onFilter({ visitId })} />}
    </>
  )
}
