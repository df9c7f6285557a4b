import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { ClassListPage } from "./pages/ClassListPage";
import { LessonPage } from "./pages/LessonPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { ScreenPage } from "./pages/ScreenPage";
import { SignedInPage } from "./pages/SignedInPage";
import { SignInPage } from "./pages/SignInPage";
import { WallPage } from "./pages/WallPage";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./pages/SetupPage"), "SetupPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    typeof next === "string" ? { next } : {},
});

const uptime = createRoute({
  getParentRoute: () => root,
  path: "/uptime",
  component: lazyRouteComponent(() => import("./pages/UptimePage"), "UptimePage"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: SignedInPage,
});

const classList = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  component: ClassListPage,
});

const newClass = createRoute({
  getParentRoute: () => signedIn,
  path: "/classes/new",
  component: lazyRouteComponent(() => import("./pages/NewClassPage"), "NewClassPage"),
});

const editClass = createRoute({
  getParentRoute: () => signedIn,
  path: "/classes/$site/$id/edit",
  component: lazyRouteComponent(() => import("./pages/ClassPage"), "ClassPage"),
});

const trust = createRoute({
  getParentRoute: () => signedIn,
  path: "/trust",
  component: lazyRouteComponent(() => import("./pages/TrustPage"), "TrustPage"),
});

const events = createRoute({
  getParentRoute: () => signedIn,
  path: "/sites/$site/events",
  component: lazyRouteComponent(() => import("./pages/EventsPage"), "EventsPage"),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: "/audit",
  component: lazyRouteComponent(() => import("./pages/AuditPage"), "AuditPage"),
});

const status = createRoute({
  getParentRoute: () => signedIn,
  path: "/status",
  component: lazyRouteComponent(() => import("./pages/StatusPage"), "StatusPage"),
});

const lesson = createRoute({
  getParentRoute: () => signedIn,
  path: "/lessons/$site/$lesson",
  component: LessonPage,
});

const wall = createRoute({ getParentRoute: () => lesson, path: "/", component: WallPage });

const screen = createRoute({
  getParentRoute: () => lesson,
  path: "/screens/$device",
  component: ScreenPage,
});

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    signIn,
    uptime,
    signedIn.addChildren([
      classList,
      newClass,
      editClass,
      trust,
      events,
      audit,
      status,
      lesson.addChildren([wall, screen]),
    ]),
  ]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
