import { ask, pathOf, RestError } from "./rest";

/** A running lesson, as the REST interface tells it. */
export interface Lesson {
  readonly id: string;
  readonly site: string;
  readonly class_id: string;
  readonly class_name: string;
  readonly started_at_ms: number;
  readonly teachers: readonly string[];
  readonly mine: boolean;
}

/** Who is in the lesson: the class's fixed devices, or its pupils wherever they sign on. */
export type Members = "devices" | "pupils";

type LessonAnswer = { readonly lesson: Lesson };

/** Start a lesson and return its id; when the class already runs, join that lesson. */
export async function startLesson(site: string, classId: string, members: Members) {
  try {
    const body = { site, class_id: classId, members };
    return (await ask<LessonAnswer>("POST", "/api/lessons", body)).lesson.id;
  } catch (error) {
    const running = runningLesson(error);
    if (running === null) throw error;
    await joinLesson(site, running);
    return running;
  }
}

export async function readLesson(site: string, id: string): Promise<Lesson> {
  return (await ask<LessonAnswer>("GET", `/api/lessons/${pathOf(site, id)}`)).lesson;
}

export async function joinLesson(site: string, id: string): Promise<void> {
  await ask<unknown>("POST", `/api/lessons/${pathOf(site, id)}/teachers`);
}

/** Leave; the lesson ends when nobody else teaches it. */
export async function leaveLesson(site: string, id: string): Promise<void> {
  await ask<null>("DELETE", `/api/lessons/${pathOf(site, id)}/teachers/me`);
}

export async function endLesson(site: string, id: string): Promise<void> {
  await ask<null>("DELETE", `/api/lessons/${pathOf(site, id)}`);
}

function runningLesson(error: unknown): string | null {
  if (!(error instanceof RestError) || error.code !== "already_running") return null;
  const body = error.body as { lesson_id?: unknown; error?: { lesson_id?: unknown } } | null;
  const id = body?.lesson_id ?? body?.error?.lesson_id;
  return typeof id === "string" ? id : null;
}
