import type { PushTexts } from '../translations.ts'

/** The texts of this part by language. */
export const pushTexts: { en: PushTexts } & Record<string, PushTexts> = {
  ar: {
    notifyPush: 'الإشعار بالإشارات والردود حتى بعد إغلاق هذه الصفحة',
    notifyPushFailed: 'تعذر على متصفحك تفعيل ذلك. حاول مرة أخرى لاحقًا.',
  },
  de: {
    notifyPush: 'Erwähnungen und Antworten auch melden, wenn diese Seite geschlossen ist',
    notifyPushFailed: 'Dein Browser konnte das nicht einschalten. Versuche es später noch einmal.',
  },
  en: {
    notifyPush: 'Notify me of mentions and replies also when this page is closed',
    notifyPushFailed: 'Your browser could not turn this on. Try again later.',
  },
  es: {
    notifyPush: 'Avisarme de menciones y respuestas también con esta página cerrada',
    notifyPushFailed: 'Tu navegador no pudo activarlo. Inténtalo de nuevo más tarde.',
  },
  ja: {
    notifyPush: 'このページを閉じていても、メンションと返信を通知する',
    notifyPushFailed: 'ブラウザーで有効にできませんでした。しばらくしてから、もう一度お試しください。',
  },
}
